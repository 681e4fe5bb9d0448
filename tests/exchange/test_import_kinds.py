"""Each kind of import that the interface names is stated by one feature."""

from collections.abc import Sequence
from typing import get_args

from registry.exchange import service
from registry.exchange.model import Options
from registry.features import FEATURES, IMPORTS
from registry.kernel.batch import Outcome
from registry.kernel.imports import ImportKind, KindName
from registry.kernel.work import Act, Work
from registry.reference import codes
from registry.reference.model import CropIn
from tests.factories import VILLAGE, world
from tests.serving import NOW


def test_each_named_kind_is_stated_by_one_feature() -> None:
    names = [kind.name for one in FEATURES for kind in one.imports]
    assert sorted(names) == sorted(get_args(KindName))
    assert len(IMPORTS) == len(names)


async def test_rows_without_a_place_are_imported(work: Work) -> None:
    """They are shared, so that there is no place under which the batch could be kept."""

    async def import_rows(work: Work, rows: Sequence[CropIn], dry_run: bool) -> list[Outcome]:
        assert not dry_run
        made = [await codes.crops.create(work, one) for one in rows]
        return [
            Outcome(index=index, result="created", record_id=one.crop_code) for index, one in enumerate(made)
        ]

    await world(work)
    kind = ImportKind(name="organizations", roles=("admin",), row=CropIn, import_rows=import_rows)
    act = Act(actor="local", now=NOW, source="import", role="admin")
    for division, code in ((None, "sesame"), (VILLAGE, "sesame_black")):
        data = f"作物代码,名称\r\n{code},芝麻\r\n".encode()
        report = await service.run(work.acting(act), kind, data=data, options=Options(division=division))
        assert (report.summary.created, report.import_batch_id) == (1, None)

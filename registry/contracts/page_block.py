"""Which households the lines of a pasted list mean."""

from collections.abc import Sequence
from uuid import UUID

from registry.contracts import page_paste
from registry.contracts.model import ContractRow
from registry.contracts.page_paste import Pasted
from registry.contracts.page_rows import AnnexForm
from registry.households import service as households
from registry.households.model import Candidate, HouseholdReference
from registry.kernel.errors import Mistake
from registry.kernel.work import Work


async def pasted(
    work: Work, contract: ContractRow, form: AnnexForm
) -> tuple[list[tuple[Pasted, UUID]], list[Mistake]]:
    """The lines of the pasted block with their households, and what is wrong with them."""
    if not form.paste:
        return [], []
    block = page_paste.read(form.paste, form.paste_unit)
    meant, mistakes = await _households(work, contract, block.lines)
    return meant, [*block.mistakes, *mistakes]


async def _households(
    work: Work, contract: ContractRow, block: Sequence[Pasted]
) -> tuple[list[tuple[Pasted, UUID]], list[Mistake]]:
    """The household of each line of the block: by number, else by name; for namesakes the mistake lists their
    numbers."""
    village = contract.village_code
    sought = [
        one
        for line in block
        for one in (
            HouseholdReference(
                village_code=village, number=line.number or line.who, name=line.name if line.number else None
            ),
            HouseholdReference(village_code=village, name=line.name or line.who),
        )
    ]
    answers = iter(await households.find(work, sought, contract.starts_on or work.act.today))
    meant: list[tuple[Pasted, UUID]] = []
    mistakes: list[Mistake] = []
    lines_seen: dict[UUID, int] = {}
    for line in block:
        by_number, by_name = next(answers), next(answers)
        one = by_number if line.number or not _unknown(by_number) else by_name
        if isinstance(one, Mistake):
            mistakes.append(page_paste.block_mistake(line.line, one))
        elif one.household_id in lines_seen:
            message = f"和第 {lines_seen[one.household_id]} 行是同一户，请合并"
            mistakes.append(page_paste.block_mistake(line.line, Mistake("", "annex.twice", message)))
        else:
            lines_seen[one.household_id] = line.line
            meant.append((line, one.household_id))
    return meant, mistakes


def _unknown(answer: Candidate | Mistake) -> bool:
    return isinstance(answer, Mistake) and answer.code in ("household.unknown", "required")

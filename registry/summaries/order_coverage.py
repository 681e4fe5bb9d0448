"""订单覆盖率: the contracted area of a crop's seasons of a year against its planted area (gains.md 8)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from registry.divisions.model import parents
from registry.kernel import money
from registry.summaries.model import ContractedArea, CropArea, PlantedArea


class Coverage(Struct, frozen=True, kw_only=True):
    """The areas of a place in a year: contracted by village, and by row; planted as recorded of any division
    in it. by_village: the rows are villages."""

    place_code: str
    by_village: bool
    contracted: Sequence[ContractedArea]
    planted: Sequence[PlantedArea]

    def of(self, key: str | None) -> CropArea:
        """Of a row (None: of all), against the planted area of its crops in the village if it is one, else in
        the whole place."""
        own = [row for row in self.contracted if row.key == key]
        village = key if self.by_village else None
        areas = [self._planted(crop, village) for crop in sorted({row.crop_code for row in own})]
        known = [area for area in areas if area is not None]
        return CropArea(
            contracted=money.total(row.area_mu for row in own),
            planted=money.total(known) if known and len(known) == len(areas) else None,
            lines=sum(row.lines for row in own),
        )

    def _planted(self, crop: str, village: str | None) -> Decimal | None:
        rows = {row.division_code: row.area_mu for row in self.planted if row.crop_code == crop}
        if village is not None:
            return rows.get(village)
        ordering = {row.village_code for row in self.contracted if row.crop_code == crop and row.village_code}
        return planted_area(rows, self.place_code, ordering)


def planted_area(rows: Mapping[str, Decimal], place_code: str, ordering: Iterable[str]) -> Decimal | None:
    """Planted area of a crop in a place: its own row, else the sum of all rows below it, of each branch the
    uppermost one. None where a village with orders has neither a row nor one above it. An area has no row of
    its own; its members' rows are the uppermost.

    rows: by division, of the place and everything in it. ordering: villages with orders for the crop.
    """
    if place_code in rows:
        return rows[place_code]
    if any(rows.keys().isdisjoint(parents(village)) for village in ordering):
        return None
    return money.total(area for code, area in rows.items() if rows.keys().isdisjoint(parents(code)[1:]))

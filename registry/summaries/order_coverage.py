"""订单覆盖率: the contracted area of a crop's seasons of a year against its planted area (gains.md 8)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from registry.divisions.model import parents
from registry.kernel import money
from registry.summaries.model import ContractedArea, CropArea, PlantedArea


class Coverage(Struct, frozen=True, kw_only=True):
    """The areas of a place in a year: contracted by village and product, planted as recorded of any division
    in it."""

    place_code: str
    contracted: Sequence[ContractedArea]
    planted: Sequence[PlantedArea]

    def whole(self) -> CropArea:
        return self._of(self.contracted, self.place_code)

    def village(self, code: str) -> CropArea:
        """Against the village's own row."""
        return self._of([row for row in self.contracted if row.village_code == code], code)

    def product(self, code: str) -> CropArea:
        """Against the crop's planted area in the whole place."""
        return self._of([row for row in self.contracted if row.product_code == code], self.place_code)

    def _of(self, contracted: Sequence[ContractedArea], place_code: str) -> CropArea:
        crops = {row.crop_code for row in contracted}
        areas = [self._planted(crop, place_code) for crop in sorted(crops)]
        known = [area for area in areas if area is not None]
        return CropArea(
            contracted=money.total(row.area_mu for row in contracted),
            planted=money.total(known) if known and len(known) == len(areas) else None,
            lines=sum(row.lines for row in contracted),
        )

    def _planted(self, crop: str, place_code: str) -> Decimal | None:
        rows = {row.division_code: row.area_mu for row in self.planted if row.crop_code == crop}
        if place_code != self.place_code:
            return rows.get(place_code)
        villages = {row.village_code for row in self.contracted if row.crop_code == crop}
        return planted_area(rows, place_code, villages)


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

"""The demo's organisations: named after the report, marked as examples, with fictional valid codes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.demo.deterministic import created_on, credit_code, fixed_id
from registry.demo.places import COUNTY, TIAOSHUIHE, Village
from registry.demo.rows import Rows
from registry.kernel.text.pinyin import search_key
from registry.organizations.model import Kind, OrganizationRow, OwnershipRow

FOUNDED: Final = date(2018, 6, 1)
_ENTERPRISES: Final[Mapping[str, str]] = {
    "pinyuan": "示范品源现代农业",
    "zhengda": "示范正大食品",
    "huanghelou": "示范黄鹤楼酒业",
    "jianmin": "示范健民药厂",
}
_PREFIXES: Final = {Kind.ENTERPRISE: "91", Kind.COOPERATIVE: "93", Kind.COLLECTIVE: "N2"}
COOPERATIVE_EVERY: Final = 5
"""One village in five has a cooperative of its own, and the village of the first case."""


class Party(Struct, frozen=True, kw_only=True):
    """An organisation as contracts name it."""

    organization_id: UUID
    name: str


class Organizations(Struct, frozen=True, kw_only=True):
    """Enterprises by short name, collectives and cooperatives by village code."""

    enterprises: dict[str, Party]
    collectives: dict[str, Party]
    cooperatives: dict[str, Party]


def add_organizations(rows: Rows, villages: Sequence[Village]) -> Organizations:
    """Registers them all; one collective per village."""
    made = Organizations(enterprises={}, collectives={}, cooperatives={})
    for number, (key, name) in enumerate(_ENTERPRISES.items(), 1):
        made.enterprises[key] = _register(rows, COUNTY, Kind.ENTERPRISE, name, number)
    for village in villages:
        number = int(village.code[-3:])
        name = f"示范{village.stem}股份经济合作社"
        made.collectives[village.code] = _register(rows, village.code, Kind.COLLECTIVE, name, number)
        if village.code == TIAOSHUIHE or (village.index % COOPERATIVE_EVERY == 3 and not village.is_urban):
            name = f"示范{village.stem}种植专业合作社"
            made.cooperatives[village.code] = _register(rows, village.code, Kind.COOPERATIVE, name, number)
    rows.ownerships += _village_company(rows, made)
    return made


def _register(rows: Rows, division: str, kind: Kind, name: str, number: int) -> Party:
    row = OrganizationRow(
        **created_on(FOUNDED),
        organization_id=fixed_id(FOUNDED, "organization", kind, division, name),
        division_code=division,
        kind=kind,
        name=name,
        credit_code=credit_code(_PREFIXES[kind], number),
        search_key=search_key(name),
        valid_from=FOUNDED,
        valid_to=None,
    )
    rows.organizations.append(row)
    return Party(organization_id=row.organization_id, name=name)


def _village_company(rows: Rows, made: Organizations) -> Iterator[OwnershipRow]:
    """A village company: an enterprise in which the collective and the buyer invest."""
    company = _register(rows, TIAOSHUIHE, Kind.ENTERPRISE, "示范挑水河村乡村合作公司", 236)
    owners = ((made.collectives[TIAOSHUIHE], 60), (made.enterprises["pinyuan"], 40))
    for owner, percent in owners:
        yield OwnershipRow(
            **created_on(FOUNDED),
            ownership_id=fixed_id(FOUNDED, "ownership", owner.name),
            division_code=TIAOSHUIHE,
            owner_id=owner.organization_id,
            owned_id=company.organization_id,
            percent=Decimal(percent),
            valid_from=FOUNDED,
            valid_to=None,
        )

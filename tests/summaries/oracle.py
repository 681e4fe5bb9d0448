"""The figures of a summary once more, line by line in plain Python: what the database has to add up to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from registry.contracts.kinds import KINDS
from registry.gains.flags import YearLine, year_gain
from registry.gains.model import INCOME_CLASSES
from registry.kernel import money
from registry.kernel.work import Work
from registry.summaries.indicators import FULFILLED_SHARE, Counts
from registry.summaries.model import NONE, Asked

Rows = Sequence[Mapping[str, Any]]
TABLES = {
    "gain_line": "superseded_at is null",
    "household": "true",
    "headcount": "superseded_at is null and resident is not null",
    "household_tag": "superseded_at is null",
    "party": "organization_id is not null",
    "contract": "status in ('signed', 'completed', 'terminated')",
    "component": "payee_role = 'household'",
    "participant": "true",
    "participant_version": "superseded_at is null",
}


class Oracle:
    """Everything there is, in the order of villages and households."""

    def __init__(self, asked: Asked, tables: Mapping[str, Rows]) -> None:
        self.asked, self.place, self.tables = asked, asked.place, tables
        self.first, self.last = asked.period.days
        self.household = {row["household_id"]: row for row in tables["household"]}
        self.contract = {row["contract_id"]: row for row in tables["contract"]}
        self.component = {row["component_id"]: row for row in tables["component"]}
        self.lines = [
            row for row in self.inside("gain_line") if self.first <= row["recognised_on"] <= self.last
        ]
        self.annex = list(self.linking())
        self.residents = self.counted()

    @classmethod
    async def over(cls, work: Work, asked: Asked) -> "Oracle":
        order = "order by village_code, to_jsonb(t) ->> 'household_id'"
        tables = {
            name: [
                dict(row) for row in await work.conn.fetch(f"select * from {name} as t where {where} {order}")
            ]
            for name, where in TABLES.items()
        }
        return cls(asked, tables)

    def inside(self, table: str) -> Iterator[Mapping[str, Any]]:
        return (row for row in self.tables[table] if row["village_code"] in self.place)

    def home(self, household_id: UUID) -> UUID:
        found: UUID = self.household[household_id]["home_household_id"] or household_id
        return found

    def active(self, contract: Mapping[str, Any]) -> bool:
        return bool(contract["starts_on"] <= self.last and effective_end(contract) >= self.first)

    def linking(self) -> Iterator[tuple[Mapping[str, Any], Decimal | None]]:
        """Annex lines that are not withdrawn on a day on which their contract is active, with their area."""
        for row in self.inside("participant"):
            contract = self.contract.get(row["contract_id"])
            if contract is None or row["component_id"] not in self.component or not self.active(contract):
                continue
            first, last = max(self.first, contract["starts_on"]), min(self.last, effective_end(contract))
            versions = [
                one
                for one in self.tables["participant_version"]
                if one["participant_id"] == row["participant_id"]
            ]
            versions.sort(key=lambda one: one["version_no"])
            days = [first, *(one["effective_on"] for one in versions if first < one["effective_on"] <= last)]
            said = [on for day in days if not (on := version_on(versions, day))["withdrawn"]]
            if said:
                yield row, max(said, key=lambda one: one["version_no"])["area_mu"]

    def counted(self) -> dict[UUID, int]:
        """Residents by household: as counted at home, if that is in the place, else where it joined."""
        found: dict[UUID, int] = {}
        for line in self.lines:
            home = self.home(line["household_id"])
            count = self.resident(home)
            if count is None:
                count = self.resident(line["household_id"])
            if count is not None:
                found.setdefault(home, count)
        return found

    def resident(self, household_id: UUID) -> int | None:
        own = [
            row
            for row in self.inside("headcount")
            if row["household_id"] == household_id and row["counted_on"] <= self.last
        ]
        return max(own, key=lambda row: row["counted_on"])["resident"] if own else None

    def keys(self, row: Mapping[str, Any], kind: str, product: str | None, payer: str | None) -> set[str]:
        """The rows that a line of either sort belongs to."""
        by, role = self.asked.by, self.asked.role
        if by is None:
            return set()
        if by == "tag":
            return self.tags(row["household_id"]) or {NONE}
        if role is not None:
            return self.organizations(row["contract_id"], role) or {NONE}
        said = {"village": row["village_code"], "product": product, "kind": kind, "organization": payer}
        return {said[by] or NONE}

    def tags(self, household_id: UUID) -> set[str]:
        """Held here or at home on any day of the period."""
        held = {household_id, self.home(household_id)}
        return {
            tag["tag_code"]
            for tag in self.inside("household_tag")
            if tag["household_id"] in held
            and tag["valid_from"] <= self.last
            and (tag["valid_to"] is None or tag["valid_to"] >= self.first)
        }

    def organizations(self, contract_id: UUID, role: str) -> set[str]:
        return {
            str(one["organization_id"])
            for one in self.tables["party"]
            if one["contract_id"] == contract_id and one["role"] == role
        }

    def line_keys(self, line: Mapping[str, Any]) -> set[str]:
        payer = str(line["payer_id"]) if line["payer_id"] else None
        return self.keys(line, line["kind"], line["product_code"], payer)

    def annex_keys(self, row: Mapping[str, Any]) -> set[str]:
        component = self.component[row["component_id"]]
        payers = self.organizations(row["contract_id"], component["payer_role"])
        return self.keys(row, component["kind"], component["product_code"], min(payers, default=None))

    def rows(self) -> list[str]:
        found = {key for line in self.lines for key in self.line_keys(line)}
        found |= {key for row, _ in self.annex for key in self.annex_keys(row)}
        if self.asked.by is not None:
            found |= {key for row in self.ending() for key in self.contract_keys(row)}
        if self.asked.by == "village":
            found |= {row["village_code"] for row in self.registered()}
        return sorted(found, key=lambda key: (key == NONE, key))

    def registered(self) -> list[Mapping[str, Any]]:
        return [
            row
            for row in self.inside("household")
            if row["home_household_id"] is None
            and row["valid_from"] <= self.last
            and (row["valid_to"] is None or row["valid_to"] >= self.first)
        ]

    def of(self, key: str | None) -> list[Mapping[str, Any]]:
        return [line for line in self.lines if key is None or key in self.line_keys(line)]

    def counts(self, key: str | None) -> Counts:
        lines, today = self.of(key), self.asked.today
        known = [line for line in lines if line["recognised_on"] < today]
        return Counts(
            valid=sum(key is None or key in self.annex_keys(row) for row, _ in self.annex),
            complete=sum(line["state"] == "complete" for line in known),
            provisional=len(lines) - len(known),
            incomplete=sum(line["state"] == "incomplete" for line in known),
            stale=sum(line["stale_since"] is not None for line in lines),
        )

    def totals(self, key: str | None) -> dict[str, Any]:
        return self.linked(key) | self.results(key) | self.due(key) | self.contracted(key)

    def linked(self, key: str | None) -> dict[str, Any]:
        annex = [(row, area) for row, area in self.annex if key is None or key in self.annex_keys(row)]
        areas = [area for _, area in annex if area is not None]
        registered = [row for row in self.registered() if key is None or self.belongs(row, key)]
        return {
            "households_linked": len({self.home(row["household_id"]) for row, _ in annex}),
            "participations": len(annex),
            "annex_area": money.total(areas) if areas else None,
            "households_registered": len(registered),
        }

    def belongs(self, household: Mapping[str, Any], key: str) -> bool:
        """Whether a row counts it as registered: a village its own, a tag those with it, others all."""
        if self.asked.by == "village":
            return bool(household["village_code"] == key)
        return self.asked.by != "tag" or key in (self.tags(household["household_id"]) or {NONE})

    def contracted(self, key: str | None) -> dict[str, Any]:
        """A year's lines are recognised in it; a shorter period has no order coverage."""
        if not self.asked.period.is_year:
            return {"contracted_area": None, "order_lines": 0}
        lines = self.of(key)
        areas = [line["area_mu"] for line in lines if line["area_mu"] is not None]
        return {"contracted_area": money.total(areas), "order_lines": len(lines)}

    def results(self, key: str | None) -> dict[str, Any]:
        known = [line for line in self.of(key) if line["recognised_on"] < self.asked.today]
        results = [line for line in known if line["state"] == "complete"]
        counted = [line for line in results if self.home(line["household_id"]) in self.residents]
        adjusted = [line for line in results if line["labour_adjusted_gain"] is not None]
        by_area = [line for line in results if KINDS[line["kind"]].by_area and line["area_mu"] is not None]
        planned = [line for line in known if line["planned_kg"]]
        return {
            "households_with_result": len(self.homes(results)),
            "receipts": total(results, "receipts"),
            "cash_gain": total(results, "cash_gain"),
            "labour_adjusted_gain": total(adjusted, "labour_adjusted_gain"),
            "labour_households": len(self.homes(adjusted)),
            "mu_gain": total(by_area, "cash_gain"),
            "mu_area": total(by_area, "area_mu"),
            "mu_lines": len(by_area),
            "person_gain": total(counted, "cash_gain"),
            "persons": sum(self.residents[home] for home in self.homes(counted)),
            "person_households": len(self.homes(counted)),
            "person_income": tuple(total(counted, f"income_{name}") for name in INCOME_CLASSES),
            "income": tuple(total(results, f"income_{name}") for name in INCOME_CLASSES),
            "quantity_delivered": money.total(
                counted_quantity(line["delivered_kg"], line["planned_kg"]) for line in planned
            ),
            "quantity_planned": total(planned, "planned_kg"),
            "quantity_lines": len(planned),
            **distribution(self.gains(key)),
        }

    def homes(self, lines: Iterable[Mapping[str, Any]]) -> set[UUID]:
        return {self.home(line["household_id"]) for line in lines}

    def gains(self, key: str | None) -> list[Decimal]:
        """One gain per household all of whose recognised lines are complete (gains.md 7)."""
        own: dict[UUID, list[YearLine]] = {}
        for line in self.of(key):
            fact = YearLine(recognised=line["recognised_on"] < self.asked.today, cash_gain=line["cash_gain"])
            own.setdefault(self.home(line["household_id"]), []).append(fact)
        return sorted(gain for lines in own.values() if (gain := year_gain(lines)) is not None)

    def due(self, key: str | None) -> dict[str, Any]:
        """Contracts that end in the period."""
        found = [row for row in self.ending() if key is None or key in self.contract_keys(row)]
        return {"contracts_due": len(found), "contracts_fulfilled": sum(map(self.fulfilled, found))}

    def ending(self) -> list[Mapping[str, Any]]:
        return [row for row in self.inside("contract") if self.first <= row["ends_on"] <= self.last]

    def contract_keys(self, contract: Mapping[str, Any]) -> set[str]:
        if self.asked.by == "village":
            return {contract["village_code"]}
        components = [one for one in self.component.values() if one["contract_id"] == contract["contract_id"]]
        if self.asked.by == "tag":
            stayed = [
                row["household_id"]
                for row in self.tables["participant"]
                if row["component_id"] in {one["component_id"] for one in components}
                and not any(
                    one["withdrawn"]
                    for one in self.tables["participant_version"]
                    if one["participant_id"] == row["participant_id"]
                )
            ]
            return {key for household in stayed for key in self.tags(household) or {NONE}} or {NONE}
        rows = [{"component_id": one["component_id"], **contract} for one in components]
        return {key for row in rows for key in self.annex_keys(row)} or {NONE}

    def fulfilled(self, contract: Mapping[str, Any]) -> bool:
        own = [line for line in self.tables["gain_line"] if line["contract_id"] == contract["contract_id"]]
        planned = [line["planned_kg"] for line in own if line["planned_kg"] is not None]
        counted = [line for line in own if line["planned_kg"]]
        return contract_fulfilled(
            completed=contract["status"] == "completed",
            delivered_kg=total(counted, "delivered_kg"),
            planned_kg=money.total(planned) if planned else None,
            overdue=None,
        )


def effective_end(contract: Mapping[str, Any]) -> date:
    days = (contract["ends_on"], contract["completed_on"], contract["terminated_on"])
    found: date = min(day for day in days if day is not None)
    return found


def version_on(versions: Rows, day: date) -> Mapping[str, Any]:
    """The last version in force on a day, the first before any is."""
    in_force = [one for one in versions if one["effective_on"] <= day]
    return in_force[-1] if in_force else versions[0]


def total(rows: Iterable[Mapping[str, Any]], column: str) -> Decimal:
    return money.total(row[column] for row in rows if row[column] is not None)


def distribution(gains: Sequence[Decimal]) -> dict[str, Any]:
    """The figures of `Totals` about the gains of households."""
    ordered = sorted(gains)
    return {
        "gain_households": len(ordered),
        "gain_total": money.total(ordered),
        "gain_lower_40": money.total(ordered[: len(ordered) * 2 // 5]),
        **{f"gain_p{percent}": percentile(ordered, percent) for percent in (10, 50, 90)},
        "households_losing": sum(gain < 0 for gain in ordered),
    }


def percentile(ordered: Sequence[Decimal], percent: int) -> Decimal | None:
    """Nearest rank: a real household's value. `ordered` rises; None for no household."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1] if ordered else None


def contract_fulfilled(
    *, completed: bool, delivered_kg: Decimal, planned_kg: Decimal | None, overdue: Decimal | None
) -> bool:
    """Completed, at least 95 % of the planned quantity (if any), nothing overdue. `overdue` None: payments
    are not kept, so nothing is known to be overdue."""
    enough = planned_kg is None or delivered_kg >= planned_kg * FULFILLED_SHARE
    return completed and enough and not overdue


def counted_quantity(delivered_kg: Decimal, planned_kg: Decimal) -> Decimal:
    """min(delivered, contracted) of one annex line and product: more than agreed makes up for nobody else."""
    return min(delivered_kg, planned_kg)

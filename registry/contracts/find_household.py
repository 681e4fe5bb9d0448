"""Finds the household and component of each line of a list, or reports why it cannot."""

from uuid import UUID

from registry.contracts.annex_inputs import ParticipantIn
from registry.contracts.facts import ContractFacts, HouseholdRow
from registry.contracts.model import ComponentRow, paying_households
from registry.kernel.errors import Mistake


class HouseholdFinder:
    """Finds the household and component of each line and collects the mistakes."""

    def __init__(self, facts: ContractFacts, at: str) -> None:
        self.households = list(facts.households.values())
        self.lines = {(key.component_id, key.household_id): key.line_no for key in facts.keys}
        self.components = paying_households(facts.components)
        self.at = at
        self.mistakes: list[Mistake] = []
        self.seen: dict[tuple[UUID, UUID], int] = {}

    def pick(self, index: int, one: ParticipantIn) -> tuple[HouseholdRow | None, ComponentRow | None]:
        component = self._component(index, one)
        household = self._household(index, one)
        if household is not None and component is not None:
            self._once(index, household, component)
        return household, component

    def _component(self, index: int, one: ParticipantIn) -> ComponentRow | None:
        at = f"{self.at}/{index}/component_number"
        fitting = [c for c in self.components if one.component_number in (None, c.number)]
        if len(fitting) == 1:
            return fitting[0]
        numbers = "、".join(str(component.number) for component in self.components)
        if not self.components:
            self._wrong(at, "annex.no_component", "合同还没有付给农户的价款，请先登记价款，再登记参与农户")
        elif fitting:
            self._wrong(at, "annex.which_component", f"有几项价款付给农户，请填序号（{numbers}）")
        else:
            self._wrong(at, "annex.component", f"付给农户的价款只有第 {numbers} 项，请检查序号")
        return None

    def _household(self, index: int, one: ParticipantIn) -> HouseholdRow | None:
        if one.household_id is not None:
            found = [h for h in self.households if h.household_id == one.household_id]
            at, subject = f"{self.at}/{index}/household_id", "这一户"
        else:
            found = [h for h in self.households if h.number == one.household]
            found = found or [h for h in self.households if h.head_name == one.household]
            at, subject = f"{self.at}/{index}/household", f"“{one.household}”"
        if len(found) == 1:
            return found[0]
        if found:
            numbers = "、".join(h.number for h in found)
            self._wrong(at, "annex.same_name", f"{subject}有 {len(found)} 户同名，请改填户编号：{numbers}")
        else:
            self._wrong(
                at,
                "annex.household_unknown",
                f"本村没有找到{subject}，请检查编号或姓名；外村农户请先在本村登记为外来户",
            )
        return None

    def _once(self, index: int, household: HouseholdRow, component: ComponentRow) -> None:
        key = (component.component_id, household.household_id)
        at = f"{self.at}/{index}"
        who = f"{household.number} {household.head_name or ''}".strip()
        if key in self.lines:
            self._wrong(at, "annex.twice", f"{who}已在附件第 {self.lines[key]} 行，请改那一行")
        elif key in self.seen:
            self._wrong(at, "annex.twice", f"{who}与这次的第 {self.seen[key] + 1} 行重复，请合并成一行")
        else:
            self.seen[key] = index

    def _wrong(self, pointer: str, code: str, message: str) -> None:
        self.mistakes.append(Mistake(pointer=pointer, code=code, message=message))

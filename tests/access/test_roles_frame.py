"""What a scope holds whole, and what a page may offer or link to. Pure."""

import pytest

from registry.features import FEATURES
from registry.kernel.db.transactions import Scope
from registry.kernel.feature import menus
from registry.kernel.http.callers import MAY, ROLES, Role
from registry.kernel.http.templates import Frame
from tests.factories import COUNTY, OTHER_TOWNSHIP, SIBLING, TOWNSHIP, VILLAGE

LISTED = Scope(villages=(TOWNSHIP, SIBLING, VILLAGE, OTHER_TOWNSHIP))


@pytest.mark.parametrize(
    ("scope", "code", "held"),
    [
        (Scope.of_division(VILLAGE), VILLAGE, True),
        (Scope.of_division(VILLAGE), TOWNSHIP, False),
        (Scope.of_division(TOWNSHIP), SIBLING, True),
        (Scope.of_division(TOWNSHIP), COUNTY, False),
        (Scope.of_division(TOWNSHIP), OTHER_TOWNSHIP, False),
        (LISTED, TOWNSHIP, True),
        (LISTED, COUNTY, False),
        (Scope(villages=(VILLAGE,)), TOWNSHIP, False),
        (Scope.EMPTY, VILLAGE, False),
        (Scope.ALL, COUNTY, True),
    ],
)
def test_a_subtree_lies_in_a_scope_whole_or_not(scope: Scope, code: str, held: bool) -> None:
    subtree = Scope.of_division(code)
    assert scope.holds(subtree.first, subtree.last) is held
    assert Frame(acts_as="clerk", read=scope).reaches(code) is held


def test_an_area_is_reached_by_those_granted_it() -> None:
    assert Frame(acts_as="county", read=LISTED, area="Q1").reaches("Q1")
    assert not Frame(acts_as="county", read=LISTED, area="Q1").reaches("Q2")
    assert not Frame(acts_as="partner", read=Scope.ALL).reaches(VILLAGE)


def test_nobody_is_offered_nothing() -> None:
    assert not any(Frame().may(what) for what in MAY)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_menu(role: Role) -> None:
    assert menus(FEATURES)[role]

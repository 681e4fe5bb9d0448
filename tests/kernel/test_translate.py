"""What the database refuses, as the error a user sees."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from registry.kernel.db.translate import constraint_name, translate, translated
from registry.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotFound,
    Stale,
    Unavailable,
    Warned,
    Warning_,
)
from registry.kernel.work import Work
from tests import adhoc, factories
from tests.factories import COUNTY_CODE, VILLAGE


async def refused(write: Callable[[], Awaitable[Any]]) -> DomainError:
    with pytest.raises(DomainError) as caught, translated():
        await write()
    return caught.value


@pytest.fixture
async def world(work: Work) -> factories.World:
    return await factories.world(work)


async def test_a_taken_number(work: Work, world: factories.World) -> None:
    await factories.household(work, number="7")
    error = await refused(lambda: factories.household(work, number="7"))
    assert isinstance(error, Conflict)
    assert (error.code, error.status) == ("household.number_taken", 409)
    assert error.mistakes[0].pointer == "/number"
    assert "户编号" in error.detail


async def test_an_unknown_household(work: Work, world: factories.World) -> None:
    error = await refused(lambda: factories.headcount(work, uuid4()))
    assert isinstance(error, Invalid)
    (mistake,) = error.mistakes
    assert (mistake.code, mistake.pointer) == ("headcount.household_unknown", "/household_id")
    assert "农户不存在" in mistake.message


async def test_removing_what_may_never_go_is_a_fault_of_the_program(
    work: Work, world: factories.World
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await adhoc.run(work, "delete from division")


def reported(kind: type[asyncpg.PostgresError], message: str) -> asyncpg.PostgresError:
    """As the driver raises it when only the message tells."""
    error = kind(message)
    error.message = message
    return error


def test_a_referenced_record_says_by_what() -> None:
    words = 'update or delete on table "land_use" violates foreign key constraint'
    raised = reported(asyncpg.ForeignKeyViolationError, f'{words} "participant_land_use_land_use_fk"')
    error = translate(raised)
    assert isinstance(error, Conflict)
    assert (error.code, "参与明细用地" in error.detail) == ("in_use", True)


async def test_values_out_of_range_and_missing(work: Work, world: factories.World) -> None:
    wrong = await refused(lambda: adhoc.run(work, "select 'NaN'::yuan"))
    assert wrong.mistakes[0].code == "value.yuan_range"


async def test_a_missing_value_names_its_field(work: Work, world: factories.World) -> None:
    error = await refused(lambda: factories.household(work, number=None))
    assert (error.mistakes[0].pointer, error.mistakes[0].message) == ("/number", "请填写编号。")


async def test_a_check_of_its_own(work: Work, world: factories.World) -> None:
    error = await refused(lambda: factories.household(work, end_kind="moved"))
    assert error.mistakes[0].pointer == "/valid_to"
    assert error.mistakes[0].english


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ('duplicate key value violates unique constraint "household_pk_110706"', "household_pk"),
        ('violates check constraint "household_place"', "household_place"),
        ("no name at all", ""),
    ],
)
def test_a_shard_keeps_its_constraints_name(message: str, name: str) -> None:
    raised = reported(asyncpg.UniqueViolationError, message)
    assert constraint_name(raised) == name


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (asyncpg.DeadlockDetectedError("x"), Unavailable),
        (asyncpg.LockNotAvailableError("x"), Unavailable),
        (asyncpg.QueryCanceledError("x"), Unavailable),
        (asyncpg.AdminShutdownError("x"), Unavailable),
        (asyncpg.ConnectionDoesNotExistError("x"), Unavailable),
        (asyncpg.TooManyConnectionsError("x"), Unavailable),
        (asyncpg.InvalidCachedStatementError("x"), Unavailable),
        (asyncpg.InterfaceError("connection is closed"), Unavailable),
        (asyncpg.InternalClientError("cannot switch to state"), Unavailable),
        (ConnectionResetError(), Unavailable),
        (TimeoutError(), Unavailable),
        (asyncpg.NumericValueOutOfRangeError("x"), Invalid),
        (asyncpg.CharacterNotInRepertoireError("x"), Invalid),
    ],
)
def test_kinds(raised: BaseException, kind: type[DomainError]) -> None:
    assert isinstance(translate(raised), kind)


@pytest.mark.parametrize(
    "raised",
    [
        asyncpg.UndefinedTableError("x"),
        asyncpg.InterfaceError("misuse"),
        KeyError(),
        asyncpg.InsufficientPrivilegeError("x"),
    ],
)
def test_faults_of_the_program_stay_what_they_are(raised: BaseException) -> None:
    assert translate(raised) is None


def test_errors_carry_what_a_client_needs() -> None:
    warning = Warning_(code="area.large", pointer="/area_mu", message="面积偏大", rule="area")
    assert Warned([warning]).warnings == (warning,)
    assert (Stale().status, NotFound().status, Unavailable().retry_after) == (412, 404, 5)
    own = Conflict("自己的话", code="own", title="Own", extra={"found": 1})
    assert (own.detail, own.code, own.title, own.extra, own.mistakes) == (
        "自己的话",
        "own",
        "Own",
        {"found": 1},
        (),
    )
    assert Conflict.code == "conflict"
    assert VILLAGE.startswith(COUNTY_CODE)

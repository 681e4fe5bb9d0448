"""Codes of a device: taken once, a step early or late, sealed where they stand."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pyotp
import pytest

from registry.access import account_queries as queries
from registry.access import totp
from registry.access.model import AccountRow
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.work import Act, Work
from registry.rotation import OldSecret
from registry.settings import Settings
from tests import factories
from tests.access.people import person
from tests.serving import NOW, VAULT

ACT = Act(actor="local", now=NOW, role="cadre")


async def enrolled(work: Work) -> tuple[AccountRow, pyotp.TOTP]:
    """Somebody whose device knows the secret, not confirmed yet."""
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await totp.enrol(work, VAULT, await queries.account(work, who.account_id))
    account = await queries.account(work, who.account_id)
    shown = totp.enrolment(VAULT, account)
    assert shown is not None
    return account, pyotp.TOTP(shown.secret.replace(" ", ""))


async def again(work: Work, account_id: UUID) -> AccountRow:
    return await queries.account(work, account_id)


async def test_a_code_is_asked_for_once_it_was_shown(work: Work) -> None:
    account, device = await enrolled(work)
    assert not account.asks_code
    with pytest.raises(Invalid) as refused:
        await totp.confirm(work.acting(ACT), VAULT, account, "000000x")
    assert refused.value.mistakes[0].pointer == "/code"
    await totp.confirm(work.acting(ACT), VAULT, account, device.at(NOW))
    account = await again(work, account.account_id)
    assert account.asks_code
    assert totp.enrolment(VAULT, account) is None
    with pytest.raises(Conflict):
        await totp.enrol(work, VAULT, account)
    with pytest.raises(Conflict):
        await totp.confirm(work.acting(ACT), VAULT, account, device.at(NOW))
    changes = await work.conn.fetchval("select changes from audit_event where record_kind = 'account'")
    assert changes == '{"totp": ["off", "on"]}'


async def test_a_code_opens_once_and_never_an_earlier_one(work: Work) -> None:
    account, device = await enrolled(work)
    assert await totp.verify(work, VAULT, account, device.at(NOW), NOW)
    assert not await totp.verify(work, VAULT, account, device.at(NOW), NOW)
    assert not await totp.verify(work, VAULT, account, device.at(NOW - timedelta(seconds=30)), NOW)
    later = NOW + timedelta(seconds=30)
    assert await totp.verify(work, VAULT, account, device.at(later), later)


@pytest.mark.parametrize(
    ("seconds", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
async def test_the_clock_may_be_a_step_off(work: Work, seconds: int, *, opens: bool) -> None:
    account, device = await enrolled(work)
    code = device.at(NOW + timedelta(seconds=seconds))
    assert await totp.verify(work, VAULT, account, code, NOW) is opens


async def test_a_code_is_read_as_people_type_it(work: Work) -> None:
    account, device = await enrolled(work)
    code = device.at(NOW)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert await totp.verify(work, VAULT, account, f" {wide[:3]} {wide[3:]} ", NOW)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "१२३४५६", "\x00" * 6, "9" * 1000])
async def test_what_is_no_code_opens_nothing(work: Work, code: str) -> None:
    account, _ = await enrolled(work)
    assert not await totp.verify(work, VAULT, account, code, NOW)


async def test_the_secret_is_stored_sealed_and_bound_to_its_account(work: Work) -> None:
    account, device = await enrolled(work)
    assert account.totp_secret is not None
    assert device.secret.encode() not in account.totp_secret
    assert device.secret not in repr(account)
    other = await person(work, "cadre", factories.VILLAGE)
    await queries.set_totp(work, other.account_id, account.totp_secret, account.totp_key_version or 0)
    with pytest.raises(Exception, match="无法解密"):
        await totp.verify(work, VAULT, await again(work, other.account_id), device.at(NOW), NOW)


async def test_a_secret_sealed_anew_by_a_rotation_opens_as_before(work: Work) -> None:
    account, device = await enrolled(work)
    assert account.totp_secret is not None
    old = OldSecret(account_id=account.account_id, ciphertext=account.totp_secret, key_version=VAULT.current)
    sealed = bytes.fromhex(old.fresh(VAULT)["ciphertext"].removeprefix("\\x"))
    assert sealed != account.totp_secret
    anew = msgspec.structs.replace(account, totp_secret=sealed)
    assert await totp.verify(work, VAULT, anew, device.at(NOW), NOW)


async def test_turned_off_it_is_gone(work: Work) -> None:
    account, device = await enrolled(work)
    await totp.turn_off(work.acting(ACT), account)
    account = await again(work, account.account_id)
    assert account.totp_secret is None
    assert not await totp.verify(work, VAULT, account, device.at(NOW), NOW)


async def test_the_picture_needs_no_style_and_no_script(work: Work) -> None:
    account, device = await enrolled(work)
    shown = totp.enrolment(VAULT, account)
    assert shown is not None
    assert shown.svg.startswith("<svg")
    for forbidden in ("style=", "<style", "<script", "<?xml", "href", device.secret):
        assert forbidden not in shown.svg


def test_a_deployment_may_ask_it_of_some_roles() -> None:
    settings = Settings(data_dir=Path("x"), totp_roles=("admin", "county"))
    assert totp.required("admin", settings)
    assert not totp.required("cadre", settings)
    assert not totp.required(None, settings)

"""Codes of a device as a second factor (RFC 6238: SHA-1, six digits, 30 seconds). The secret is sealed."""

import hmac
import unicodedata
from datetime import datetime
from io import BytesIO
from typing import Final

import pyotp
import segno
from msgspec import Struct

from registry.access import account_queries as queries
from registry.access.model import AccountRow, totp_context
from registry.audit import service as audit
from registry.kernel.crypto.vault import Sealed, Vault
from registry.kernel.errors import Conflict, Invalid, Mistake
from registry.kernel.work import Work
from registry.settings import Settings

DIGITS: Final = 6
STEP: Final = 30
"""Seconds for which a code is valid."""
TOLERANCE: Final = (0, -1, 1)
"""Steps the device's clock may be off."""
ISSUER: Final = "村企联结登记"


class Enrolment(Struct, frozen=True, kw_only=True):
    """What a user takes into the device: the secret as text in groups, and as a QR picture (inline SVG)."""

    secret: str
    svg: str


def required(role: str | None, settings: Settings) -> bool:
    """Whether this deployment asks a second factor of everybody in a role (REGISTRY_TOTP_ROLES)."""
    return role in settings.totp_roles


async def enrol(work: Work, vault: Vault, account: AccountRow) -> None:
    """A new secret, not asked for before it is confirmed. Conflict if there is a confirmed one."""
    sealed = vault.seal(pyotp.random_base32(), totp_context(account.account_id))
    if not await queries.set_totp(work, account.account_id, sealed.ciphertext, sealed.key_version):
        raise Conflict("动态口令已经开启；要换手机，请先用密码关闭，再重新开启。", code="totp.on")


def enrolment(vault: Vault, account: AccountRow) -> Enrolment | None:
    """The secret while it waits for its first code; None before and after."""
    if account.totp_confirmed_at is not None:
        return None
    secret = _secret(vault, account)
    if secret is None:
        return None
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)
    out = BytesIO()
    segno.make(uri, error="m").save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, svgclass="qr", lineclass=None
    )
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return Enrolment(secret=groups, svg=out.getvalue().decode())


async def confirm(work: Work, vault: Vault, account: AccountRow, code: str) -> None:
    """From now on codes are asked for, once the device has shown a right one. Invalid, Conflict."""
    if account.totp_confirmed_at is not None:
        raise Conflict("动态口令已经开启。", code="totp.on")
    if not await verify(work, vault, account, code, work.act.now):
        say = "口令不对。请输入手机上现在显示的 6 位数字，并检查手机时间是否准确"
        raise Invalid([Mistake("/code", "totp.wrong", say, "is not the present code")])
    await queries.confirm_totp(work, account.account_id, work.act.now, work.act.actor)
    await audit.event(
        work, kind="account", record_id=str(account.account_id), changes={"totp": ["off", "on"]}
    )


async def turn_off(work: Work, account: AccountRow) -> None:
    """No code is asked for any more. The caller has checked the password."""
    if await queries.drop_totp(work, account.account_id, work.act.now, work.act.actor):
        await audit.event(
            work, kind="account", record_id=str(account.account_id), changes={"totp": ["on", "off"]}
        )


async def verify(work: Work, vault: Vault, account: AccountRow, code: str, now: datetime) -> bool:
    """Whether this is the device's present code. A code opens once: it and earlier ones never again.

    It is used up with the transaction of `conn`: with the session of a login, or not at all.
    """
    secret = _secret(vault, account)
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if secret is None or len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return False
    device = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    present = int(now.timestamp()) // STEP
    steps = [present + off for off in TOLERANCE]
    fitting = [step for step in steps if hmac.compare_digest(device.generate_otp(step), digits)]
    return bool(fitting) and await queries.take_totp_step(work, account.account_id, max(fitting))


def _secret(vault: Vault, account: AccountRow) -> str | None:
    if account.totp_secret is None or account.totp_key_version is None:
        return None
    sealed = Sealed(ciphertext=account.totp_secret, key_version=account.totp_key_version)
    return vault.open(sealed, totp_context(account.account_id))

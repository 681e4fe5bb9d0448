"""The one catalogue: what each named constraint tells the user, and at which field. No database access."""

import msgspec

from registry.kernel.errors import Mistake


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Dotted code, Chinese message saying what to do, English title, JSON pointer ("" = the record)."""

    code: str
    message: str
    title: str
    pointer: str = ""


UNKNOWN = Entry(
    code="constraint",
    message="这条记录不符合登记规则，请核对后重新提交。",
    title="A rule of the register is broken",
)


def describe(name: str) -> Entry:
    """The entry of a constraint; UNKNOWN for a name no migration uses."""
    return UNKNOWN


def required(column: str) -> Mistake:
    """A value that has to be given is missing."""
    return Mistake(pointer=f"/{column}", code="required", message="这一项必须填写。")


def in_use(name: str) -> str:
    """Why a record that others refer to cannot be removed."""
    return "这条记录仍被其他记录引用，不能删除。"

"""The message of a violated constraint, and its field (constraint_names, constraint_texts).

A constraint is called <table>_<rest>, and the ending of the rest is its class: pk, key, fk, known, form,
order, positive, range … A text of its own wins over the sentence of its class.
"""

import msgspec

from registry.kernel.db.constraint_names import COLUMNS, LABELS, TABLES
from registry.kernel.db.constraint_texts import DOMAINS, OWN
from registry.kernel.errors import Mistake


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Dotted code, Chinese message with what to do, English title, JSON pointer ("" = the record)."""

    code: str
    message: str
    title: str
    pointer: str = ""


UNKNOWN = Entry(
    code="constraint",
    message="这条记录不符合登记规则，请核对后重新提交。",
    title="A rule of the register is broken",
)
# Ending -> (ending of the code, sentence, English title). {table} and {label} are the Chinese names.
_CLASSES = {
    "pk": ("exists", "这条{table}已经登记过，请勿重复提交。", "Already registered"),
    "place": (
        "place",
        "村代码应为 12 位数字，且县代码是它的前 6 位，请检查所在村。",
        "Not a village of the county",
    ),
    "fk": (
        "unknown",
        "所选的{label}不存在，或者不在您的管理范围内，请重新选择。",
        "Refers to a record that does not exist",
    ),
    "key": ("taken", "这条{table}已经登记过，请查找原记录后再修改。", "Already registered"),
    "known": ("known", "请从可选项中选择{label}。", "Not one of the allowed values"),
    "form": ("form", "{label}的写法不对，请对照格式说明修改。", "Not well formed"),
    "order": ("order", "结束日期不能早于开始日期，请检查。", "Ends before it starts"),
    "positive": ("positive", "{label}必须大于 0，请检查。", "Must be above zero"),
    "range": ("range", "{label}超出了允许的范围，请检查数值和单位。", "Out of range"),
    "void_whole": ("void_whole", "作废时必须写明原因。", "A voided record needs a reason"),
}
_OTHER_TITLE = "Incomplete or contradictory"


def describe(name: str) -> Entry:
    """The entry of a constraint; UNKNOWN for a name that follows no convention."""
    if name in DOMAINS:
        return Entry(code=f"value.{name}", message=DOMAINS[name], title="Out of range")
    table = _table(name)
    if table is None:
        return UNKNOWN
    rest = name[len(table) + 1 :]
    ending = next((end for end in _CLASSES if rest == end or rest.endswith(f"_{end}")), "")
    word = rest.removesuffix(ending).rstrip("_")
    code, sentence, title = _CLASSES.get(ending, (rest, "", _OTHER_TITLE))
    own = OWN.get(name)
    label = LABELS.get(word)
    if own is None and (not sentence or (label is None and "{label}" in sentence)):
        return UNKNOWN
    full = f"{word}_{code}" if word and ending else code
    if own is not None:
        return Entry(code=f"{table}.{full}", message=own[1], title=title, pointer=own[0])
    message = sentence.format(table=TABLES[table], label=label)
    return Entry(code=f"{table}.{full}", message=message, title=title, pointer=_pointer(ending, word))


def required(column: str) -> Mistake:
    """A value that has to be given is missing."""
    label = LABELS.get(column, LABELS.get(column.removesuffix("_id").removesuffix("_code"), "这一项"))
    return Mistake(
        pointer=f"/{column}", code="required", message=f"请填写{label}。", english=f"{column} is required"
    )


def in_use(name: str) -> str:
    """Why a record others refer to cannot be removed; `name` is the constraint of the referring table."""
    table = _table(name)
    by = TABLES[table] if table is not None else "其他记录"
    return f"这条记录仍被{by}引用，不能删除；请先处理相关的{by}。"


def _table(name: str) -> str | None:
    """The longest table name the constraint's name begins with."""
    fitting = [table for table in TABLES if name.startswith(f"{table}_")]
    return max(fitting, key=len, default=None)


def _pointer(ending: str, word: str) -> str:
    if ending in ("pk", "key"):
        return ""
    if ending == "order":
        return "/valid_to" if word == "valid" else "/ends_on"
    if ending == "fk":
        return f"/{COLUMNS.get(word, f'{word}_id')}"
    if ending == "place":
        return "/village_code"
    if ending == "void_whole":
        return "/void_reason"
    return f"/{COLUMNS.get(f'{word}!', word)}"

"""The messages of mistakes, in Chinese and English, by code. Finding mistakes is `parsing.py` and
`readers.py`."""

from typing import Final

from registry.kernel.errors import Mistake

HERE: Final = "此项"

SAY: Final[dict[str, tuple[str, str]]] = {
    "required": ("{what}没有填，请补上", "is required"),
    "null": ("{what}不能是空值（null），不填就不要带上它", "must not be null; leave it out instead"),
    "unknown": ("没有“{name}”这一项，请检查名称是否写错", "is not a known field; check its name"),
    "type.object": ("{what}应是一组带名称的内容", "must be an object"),
    "type.list": ("{what}应是一个列表", "must be an array"),
    "type.text": ("{what}应是文字，请加引号", "must be a string"),
    "type.whole": ("{what}应是整数，请只填数字", "must be a whole number"),
    "type.number": ("{what}应是数字，例如 1234.50，请检查", 'must be a decimal such as "1234.50"'),
    "type.yes_no": ("{what}只能是“是”或“否”", "must be true or false"),
    "number.float": (
        '{what}请写成加引号的数，例如 "{example}"，以免小数走样',
        'must be a string such as "{example}": a JSON fraction is not exact',
    ),
    "number.exponent": ("{what}不能用 1e3 这样的写法，请写出完整的数", "must be written without an exponent"),
    "number.infinite": ("{what}必须是一个实际的数", "must be a finite number"),
    "number.unit": (
        "{what}的单位应是{unit}，请换算成{unit}后只填数字",
        "must be given in {unit}, digits only",
    ),
    "number.scale": ("{what}最多 {limit} 位小数", "has more than {limit} decimal places"),
    "number.negative": ("{what}不能是负数", "must not be negative"),
    "number.positive": ("{what}必须大于 {limit}", "must be greater than {limit}"),
    "number.small": ("{what}不能小于 {limit}", "must be at least {limit}"),
    "number.big": ("{what}不能大于 {limit}", "must be at most {limit}"),
    "number.below": ("{what}必须小于 {limit}", "must be less than {limit}"),
    "number.step": ("{what}必须是 {limit} 的倍数", "must be a multiple of {limit}"),
    "text.short": ("{what}至少要 {limit} 个字", "needs at least {limit} characters"),
    "text.long": ("{what}最多 {limit} 个字，请缩短", "has more than {limit} characters"),
    "text.control": (
        "{what}里有看不见的控制字符，请删掉后重新输入",
        "holds control characters; remove them",
    ),
    "text.pattern": ("{what}的写法不对", "has the wrong form"),
    "text.check": ("{what}校验不通过，请检查", "does not pass its check"),
    "date.form": ("{what}请写成 2026-01-05 这样的日期", "must be a date such as 2026-01-05"),
    "date.none": ("{what}（{value}）不是日历上有的日期", "is not a day of the calendar"),
    "date.range": ("{what}应在 {low} 年到 {high} 年之间", "must lie between the years {low} and {high}"),
    "time.form": (
        "{what}请写成 2026-01-05T08:30:00+08:00 这样的时间",
        "must be a time with offset (RFC 3339)",
    ),
    "id.form": ("{what}不是有效的编号（UUID），请从列表中选取", "must be a UUID"),
    "choice": ("{what}只能是：{choices}", "must be one of: {choices}"),
    "list.few": ("{what}至少要有 {limit} 条", "needs at least {limit} items"),
    "list.many": ("{what}最多 {limit} 条，请分批提交", "has more than {limit} items"),
    "cursor": ("翻页标记不对，请从第一页重新开始", "is no cursor of this list; start from the first page"),
    "parameter": ("地址里的参数“{name}”写法不对，请检查", "has a wrong value in the address"),
    "deep": ("内容嵌套太深", "is nested too deeply"),
    "more": (
        "错误太多，只列出前 {limit} 处，请改正后再提交",
        "too many mistakes: only the first {limit} are listed",
    ),
}


def mistake(pointer: str, code: str, what: str = "", **figures: object) -> Mistake:
    """A mistake of the catalogue. `what` is the field's Chinese name; the English text uses the pointer's."""
    chinese, english = SAY[code]
    field = pointer.rpartition("/")[2] or "the content"
    return Mistake(
        pointer=pointer,
        code=code,
        message=chinese.format(what=what or HERE, **figures),
        english=f"{field} {english.format(what=field, **figures)}",
    )


def escape(name: object) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")

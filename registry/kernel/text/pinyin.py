"""Search keys of Chinese names: initials and full pinyin, every reading. Only text in, text out."""

from functools import cache
from itertools import product
from typing import Final

# Readings a character takes as a surname; they come first, the ordinary ones stay searchable.
_SURNAMES: Final = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "查": "zha", "解": "xie", "任": "ren", "华": "hua", "朴": "piao",
    "区": "ou", "盖": "ge", "覃": "qin", "尉": "wei", "乐": "yue", "员": "yun", "隗": "wei", "缪": "miao",
    "翟": "zhai", "种": "chong", "重": "chong", "冼": "xian", "折": "she", "黑": "he", "秘": "bi",
    "郇": "xun", "宓": "mi", "那": "na", "召": "shao", "繁": "po", "燕": "yan", "牟": "mu", "佴": "nai",
    "逄": "pang", "祭": "zhai", "阚": "kan", "晟": "cheng", "郗": "xi", "撒": "sa", "瞿": "qu", "句": "gou",
    "都": "du", "车": "che", "能": "nai", "应": "ying", "宁": "ning", "万": "wan", "谌": "chen", "石": "shi",
}  # fmt: skip
_DOUBLE: Final = {
    "单于": ("chan", "yu"), "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"), "宇文": ("yu", "wen"), "令狐": ("ling", "hu"), "皇甫": ("huang", "fu"),
}  # fmt: skip
_COMBINATIONS: Final = 32


def search_key(text: str) -> str:
    """The keys a name is found by, space-separated: "曾小明" -> "zxm cxm zengxiaoming cengxiaoming".

    Letters and digits are kept (folded), marks and spaces are left out. Short names get every
    combination of readings; long ones the usual reading and each single deviation from it.
    """
    readings = _all_readings(text)
    if not readings:
        return ""
    spoken = _combined(text, readings)
    initials = dict.fromkeys("".join(syllable[0] for syllable in word) for word in spoken)
    return " ".join(dict.fromkeys([*initials, *("".join(word) for word in spoken)]))


def search_term(text: str) -> str:
    """What a user typed to look for pinyin, folded the same way; "" if it holds Chinese or nothing usable."""
    folded = "".join(c for c in text.lower() if c.isalnum()).replace("ü", "v")
    return folded if folded.isascii() else ""


def _all_readings(text: str) -> list[tuple[str, ...]]:
    found = [_readings(c) for c in text.lower()]
    if text[:2] in _DOUBLE:
        found[:2] = [_first(extra, found[i]) for i, extra in enumerate(_DOUBLE[text[:2]])]
    elif text[:1] in _SURNAMES:
        found[0] = _first(_SURNAMES[text[0]], found[0])
    return [item for item in found if item]


def _first(reading: str, others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((reading, *others)))


@cache
def _readings(char: str) -> tuple[str, ...]:
    """Every reading of a character without tones; the character itself if it is a letter or digit."""
    from pypinyin import Style, pinyin

    if char.isascii():
        return (char,) if char.isalnum() else ()
    if not char.isalnum():
        return ()
    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(item.replace("ü", "v") for item in found[0] if item)) if found else (char,)


def _combined(text: str, readings: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    count = 1
    for item in readings:
        count *= len(item)
    if count <= _COMBINATIONS:
        return list(product(*readings))
    base = _usual(text, readings)
    deviations = [
        (*base[:i], other, *base[i + 1 :])
        for i, item in enumerate(readings)
        for other in item
        if other != base[i]
    ]
    return [base, *deviations]


def _usual(text: str, readings: list[tuple[str, ...]]) -> tuple[str, ...]:
    """A long text as its words are read (重庆 chong qing), where that aligns with its characters."""
    from pypinyin import lazy_pinyin

    letters = [c for c in text.lower() if _readings(c)]
    spoken = [item.replace("ü", "v") for item in lazy_pinyin(letters)]
    aligned = len(spoken) == len(readings)
    return tuple(spoken) if aligned else tuple(item[0] for item in readings)

"""What is spent on in the field: codes with their Chinese names and what else they are called (gains.md 4).

Records keep the words that were typed; they are compared by code. Pure.
"""

from collections.abc import Mapping
from typing import Final

from registry.kernel.text import normalise

COST_ITEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "seedlings": ("种苗", "种苗费", "苗", "苗子", "苗木", "秧苗", "育苗", "种子", "种子费", "辣椒苗"),
    "fertiliser": ("化肥", "化肥费", "肥料", "复合肥", "尿素", "氮肥", "磷肥", "钾肥"),
    "manure": ("有机肥", "农家肥", "粪肥"),
    "pesticide": ("农药", "农药费", "除草剂", "杀虫剂", "杀菌剂"),
    "film": ("农膜", "农膜费", "地膜", "薄膜", "棚膜"),
    "machinery": ("机械作业", "机械作业费", "机耕", "机耕费", "机收", "旋耕", "农机"),
    "irrigation": ("排灌", "排灌费", "灌溉", "水费", "抽水"),
    "animal_power": ("畜力", "畜力费"),
    "fuel": ("燃料动力", "燃料", "柴油", "电费"),
    "tools": ("工具材料", "工具", "农具", "材料费"),
    "repairs": ("修理维护", "维修", "修理费"),
    "technical_service": ("技术服务", "技术服务费"),
    "transport": ("运输", "运输费", "运费", "销售费"),
    "insurance": ("保险", "保险费", "农业保险"),
    "other": ("其他", "其它"),
}
"""By code: the name first, then synonyms."""

_CODES: Final = {word: code for code, words in COST_ITEMS.items() for word in (code, *words)}


def item_code(typed: str) -> str:
    """The code of what was typed (a code, a name or a synonym); what is in no list stays as it was typed, so
    that it still equals the same words elsewhere."""
    words = normalise.line(typed).lower()
    return _CODES.get(words, words)

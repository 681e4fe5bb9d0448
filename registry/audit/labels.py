"""Labels of the fields in an event's paths and of its actions. A field of the interface is called as its
input; only what has no input, or several names, is named here."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from registry.audit.model import REST, Changes
from registry.kernel.db.constraint_names import LABELS, TABLES

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OWN: Final[Mapping[str, str]] = {
    "above": "超过",
    "address": "地址",
    "adjustment": "调整",
    "bank_account": "银行账号",
    "base": "基准价",
    "cap": "最高价",
    "clause": "定价方式",
    "coefficient": "系数",
    "components": "条款",
    "days_derived": "用工由推算得出",
    "division_last": "适用到的区划",
    "ended_by_user": "结束的登录数",
    "ends_on": "截止日期",
    "evidence": "依据",
    "expires_at": "到期时间",
    "external_ids": "外部编号",
    "fields": "同意提供的内容",
    "filing_authority": "备案机关",
    "filing_by": "提交备案的人",
    "filing_number": "备案号",
    "filing_reason": "备案说明",
    "filing_state": "备案状态",
    "floor": "保底价",
    "gains": "增收",
    "grades": "等级",
    "headcounts": "人口数",
    "holders": "承包户",
    "holds": "在内",
    "home_county_code": "原户所在县区",
    "id_number": "身份证号",
    "impurity": "杂质",
    "incomes": "收入",
    "item": "项目",
    "line_no": "行号",
    "login": "登录",
    "market_age_days": "市场价最多早几天",
    "market_price": "当日市场价",
    "market_price_id": "所用市场价",
    "mask": "号码（已遮盖）",
    "moisture": "水分",
    "net_kg": "净重",
    "number_year": "编号年份",
    "organization_name": "签约名称",
    "own_days": "自己用工",
    "own_histories": "自种历史",
    "participants": "参与农户",
    "parties": "当事方",
    "password": "密码",
    "person_name": "姓名",
    "phone": "电话",
    "pins": "指定的参照数据",
    "place": "范围",
    "prefix": "令牌开头",
    "premium": "加价",
    "price_unit": "计价单位",
    "prices": "价格",
    "reason": "理由",
    "reference_grade": "基准等级",
    "reference_return_id": "参照收益",
    "revealed": "查看",
    "role_name": "身份",
    "rows_created": "新增行数",
    "rows_read": "读到行数",
    "rows_unchanged": "未变行数",
    "rows_updated": "更新行数",
    "shared": "提供",
    "signed_name": "签约姓名",
    "signed_on": "签订日期",
    "source_date": "来源日期",
    "source_text": "数据来源",
    "starts_on": "起始日期",
    "status_reason": "状态说明",
    "step": "档差",
    "steps": "分档",
    "system": "系统",
    "terms": "条款内容",
    "ticket_year": "票号年份",
    "totp": "动态口令",
    "unit_price": "单价",
    "valid_from": "有效自",
    "valid_to": "有效至",
    "version_no": "版本",
    "versions": "版本",
    "void_reason": "作废原因",
    "voided_at": "作废时间",
    "voided_by": "作废人",
    "withdrawn": "已退出",
    REST: "其余",
}
# Kinds that are no records of people's work: what was done to them.
ACTIONS: Final[Mapping[str, str]] = {
    "account": "账户",
    "grant": "身份",
    "session": "登录",
    "token": "接口令牌",
}
_VALUES: Final[Mapping[str, str]] = {
    "": "—",
    "changed": "已改",
    "failed": "失败",
    "false": "否",
    "off": "关",
    "on": "开",
    "reset": "已重置",
    "signed_in": "成功",
    "signed_out": "已退出",
    "true": "是",
}
SOURCES: Final[Mapping[str, str]] = {
    "page": "页面",
    "api": "接口",
    "import": "导入",
    "offline": "离线补报",
    "paper": "纸质补录",
    "base": "基础数据",
    "system": "系统",
}


def field(path: str, titles: Mapping[str, str]) -> str:
    """A path in words: 成员 #3f2a · 姓名. Codes, years and days stay as they are. titles: those of inputs."""
    return " · ".join(_word(part, titles) for part in path.split("/"))


def kind(name: str) -> str:
    """What people call a kind of record."""
    return ACTIONS.get(name) or TABLES.get(name) or name


def action(record_kind: str, changes: Changes, reason: str | None) -> str:
    """What was done, in a word."""
    if record_kind in ACTIONS:
        return ACTIONS[record_kind]
    pairs: Sequence[list[str | None]] = list(changes.values())
    if reason and all(before == after for before, after in pairs):
        return "查看"
    if pairs and all(before is None for before, _ in pairs):
        return "登记"
    return "删除" if pairs and all(after is None for _, after in pairs) else "修改"


def shown(value: str | None) -> str:
    """A value as the history shows it: nothing is a dash, an id its end, codes of access in words."""
    if value is None:
        return "—"
    return _VALUES.get(value) or _ID.sub(lambda one: f"#{one[0][-4:]}", value)


def _word(part: str, titles: Mapping[str, str]) -> str:
    if _ID.fullmatch(part):
        return f"#{part[-4:]}"
    plain = part.removesuffix("_id").removesuffix("_code")
    known = _OWN.get(part) or titles.get(part) or LABELS.get(part) or LABELS.get(plain)
    return known or _ID.sub(lambda one: f"#{one[0][-4:]}", part)

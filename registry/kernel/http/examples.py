"""Makes an example value that fits a JSON schema, for the documentation of an operation."""

from collections.abc import Mapping
from typing import Any, Final

_FORMATS: Final[Mapping[str, str]] = {
    "uuid": "01859d2c-8f3a-7c61-9e0b-5a4c2f6d7e81",
    "date": "2022-09-12",
    "date-time": "2022-09-12T08:30:00+08:00",
    "time": "08:30:00",
    "decimal": "1.00",
}
_DEEPEST: Final = 8


def example(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int = 0) -> Any:
    """A value for `schema`; references are looked up in `components`. Objects show all their fields."""
    if depth > _DEEPEST:
        return None
    given = schema.get("examples") or schema.get("enum")
    if given:
        return given[0]
    inner = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else _first(schema.get("anyOf"))
    if inner:
        return example(inner, components, depth + 1)
    if "properties" in schema:
        return {name: example(one, components, depth + 1) for name, one in schema["properties"].items()}
    return _plain(schema, components, depth)


def _first(choices: list[Mapping[str, Any]] | None) -> Mapping[str, Any] | None:
    """The first choice that is not null."""
    return next((one for one in choices or () if one.get("type") != "null"), None)


def _plain(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        one = example(items, components, depth + 1) if items else None
        return [one] if one is not None and schema.get("maxItems", 1) else []
    if kind == "string":
        text = _FORMATS.get(schema.get("format", ""), "示例")
        return text.ljust(schema.get("minLength", 0), "例")
    if kind == "integer":
        return max(schema.get("minimum", 1), 1)
    return {"boolean": False, "object": {}, "null": None, "number": 1}.get(str(kind))

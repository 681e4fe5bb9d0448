"""The titles of the interface's inputs, by field."""

from typing import Annotated

from litestar import Litestar, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from registry.kernel.http.titles import titles


class _Part(Struct):
    area: Annotated[str, Meta(title="面积")] | None = None
    name: Annotated[str, Meta(title="地块名称")] = ""


class _Whole(Struct):
    name: Annotated[str, Meta(title="姓名")]
    parts: Annotated[tuple[_Part, ...], Meta(title="地块")] = ()
    plain: str = ""
    again: "_Whole | None" = None


@post("/whole", sync_to_thread=False)
def whole(data: JSONBody[_Whole]) -> None: ...


def test_a_field_is_called_as_its_input_unless_inputs_differ() -> None:
    assert titles(Litestar([whole])) == {"area": "面积", "parts": "地块"}

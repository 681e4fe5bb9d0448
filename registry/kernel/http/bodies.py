"""The only way a body becomes a Struct: `data: JSONBody[X]` is read by `parsing.parse`. Set once on the
app."""

from collections.abc import Generator
from typing import Any, ClassVar

from litestar.dto import AbstractDTO, DTOConfig
from litestar.enums import RequestEncodingType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.params import BodyKwarg
from litestar.typing import FieldDefinition

from registry.kernel.errors import DomainError
from registry.kernel.forms import parsing
from registry.kernel.forms.structures import reader


class UnsupportedMedia(DomainError):
    """A body of another type is refused, not guessed."""

    code = "unsupported_media_type"
    status = 415
    title = "The body must be application/json"
    detail = "请求内容应为 JSON（Content-Type: application/json）。"


class BodyDTO(AbstractDTO[Any]):
    """Reads with every mistake at once; writing answers stays with the framework (`return_dto=None`)."""

    config: ClassVar[DTOConfig] = DTOConfig()
    kinds: ClassVar[dict[str, Any]] = {}

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: object = None
    ) -> None:
        """Compiles the reader when the handler is registered, so that a bad type fails at start.

        Forms of pages are read by `pages.parse_form`: the framework takes seconds on hostile ones.
        """
        del backend_cls
        asked = field_definition.kwarg_definition
        if not isinstance(asked, BodyKwarg) or asked.media_type != RequestEncodingType.JSON:
            raise ImproperlyConfiguredException(f"{handler_id} must take data: JSONBody[...]")
        reader(field_definition.annotation)
        cls.kinds[handler_id] = field_definition.annotation

    def decode_bytes(self, value: bytes) -> Any:
        media = self.asgi_connection.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
            raise UnsupportedMedia
        return self.read(parsing.read_json(value))

    def read(self, sent: object) -> Any:
        """Plain JSON values as the handler's type; a batch that keeps its good rows reads otherwise."""
        return parsing.parse(self._kind(), sent)

    def _kind(self) -> Any:
        return self.kinds[self.asgi_connection.route_handler.handler_id]

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[Any, None, None]:
        """Not used: no transfer model is made."""
        del model_type
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        """Not used: no transfer model is made."""
        del field_definition
        return False

"""Mistakes of a request shown elsewhere: in a page's form, a sheet's columns, a list around it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from msgspec.structs import replace

from registry.kernel.errors import DomainError, Mistake, Warning_
from registry.kernel.findings import Override

Found = TypeVar("Found", Mistake, Warning_, Override)


class Pointers:
    """Which place of what is shown belongs to which of the request ("/components/0/terms"); the longest that
    begins a pointer counts."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        self._shown = shown

    def shown(self, pointer: str) -> str:
        """Of a pointer of the request, that of what is shown."""
        return _moved(pointer, self._shown)

    def sent(self, pointer: str) -> str:
        """Of a pointer of what is shown, that of the request."""
        return _moved(pointer, {after: before for before, after in self._shown.items()})

    def back(self, shown: Iterable[Found]) -> list[Found]:
        """What has the pointers of what is shown with those of the request."""
        return [replace(one, pointer=self.sent(one.pointer)) for one in shown]

    def moved(self, found: Iterable[Found]) -> list[Found]:
        """Mistakes or warnings of the request with the pointers of what is shown."""
        return [replace(one, pointer=self.shown(one.pointer)) for one in found]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Mistakes and warnings raised inside have the pointers of what is shown."""
        try:
            yield
        except DomainError as error:
            for kind in ("errors", "warnings"):
                if error.extra.get(kind):
                    error.extra[kind] = self.moved(error.extra[kind])
            raise


def below(place: str) -> Pointers:
    """The request is shown as a part: at `place` of a list or form."""
    return Pointers({"": place})


def _moved(pointer: str, places: Mapping[str, str]) -> str:
    fitting = [one for one in places if pointer == one or pointer.startswith(f"{one}/")]
    if not fitting:
        return pointer
    longest = max(fitting, key=len)
    return places[longest] + pointer[len(longest) :]

"""A form as a page shows it: what was typed, and what is wrong with it. Reading a form is parsing.py."""

from collections.abc import Mapping

import msgspec

from registry.kernel.errors import DomainError, Mistake, Warned, Warning_
from registry.kernel.forms.parsing import field_name


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the error summary: what to do, and the field it leads to."""

    message: str
    href: str


class FormState(msgspec.Struct, frozen=True, kw_only=True):
    """Values by field name ("annex-0-area_mu"), as typed; mistakes and warnings of the last attempt."""

    values: Mapping[str, str] = {}
    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    problem: str = ""

    def value(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        """The messages about one field, joined; "" without any."""
        return "；".join(mistake.message for mistake in self.mistakes if field_name(mistake.pointer) == name)

    def error_below(self, name: str) -> str:
        """The messages about a field or any within it ("tags" for "tags-0-tag_code"), each once."""
        found = [m.message for m in self.mistakes if f"{field_name(m.pointer)}-".startswith(f"{name}-")]
        return "；".join(dict.fromkeys(found))

    def problems(self) -> list[Problem]:
        """All mistakes in their order, each with a link; an error about no field leads to the form."""
        listed = [
            Problem(message=mistake.message, href=f"#{field_name(mistake.pointer) or 'form'}")
            for mistake in self.mistakes
        ]
        return listed or ([Problem(message=self.problem, href="#form")] if self.problem else [])


def with_errors(values: Mapping[str, str], error: DomainError) -> FormState:
    """The form after `error`, with everything that was typed."""
    if isinstance(error, Warned):
        return FormState(values=values, warnings=error.warnings)
    return FormState(values=values, mistakes=error.mistakes, problem=error.detail)


def in_page_order(form: FormState) -> FormState:
    """The form with its mistakes in the order of the page's fields."""
    place = {name: index for index, name in enumerate(form.values)}
    found = sorted(form.mistakes, key=lambda one: place.get(field_name(one.pointer), len(place)))
    return msgspec.structs.replace(form, mistakes=tuple(found))

"""Registering, step 4, 核对: the whole contract in sentences, what is missing or unusual, and signing it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.contracts import checks, lifecycle, load_facts, page_sentences, views
from registry.contracts.facts import ContractFacts
from registry.contracts.inputs import ROLE_NAMES, SignIn
from registry.contracts.model import ContractRow
from registry.contracts.page_rows import OverrideForm, overrides
from registry.contracts.page_sentences import ContractText
from registry.contracts.page_steps import Draft, Write, answered, attempt, draft, show_step
from registry.contracts.page_words import FILING_WORDS
from registry.contracts.views import ContractView
from registry.kernel.errors import Invalid, Mistake, Warning_
from registry.kernel.forms.form_state import FormState, Problem
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import Reason, Version
from registry.kernel.work import Act, Work

LISTED: Final = 20
_STEPS: Final = (
    ("/village_code", "parties"),
    ("/title", "parties"),
    ("/number", "parties"),
    ("/parties", "parties"),
    ("/starts_on", "terms"),
    ("/ends_on", "terms"),
    ("/components", "terms"),
    ("/participants", "annex"),
)


class SignForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last step as typed."""

    version: Version | None = None
    signed_on: Annotated[date, Meta(title="签订日期")] | None = None
    overrides: Annotated[list[OverrideForm], Meta(max_length=5000)] = []
    same_reason: Annotated[Reason, Meta(title="理由")] | None = None


class CheckedForm(FormState, frozen=True, kw_only=True):
    """A form whose mistakes are corrected on other pages: each leads to its step."""

    base: str

    def problems(self) -> list[Problem]:
        return self.asked(self.mistakes) or super().problems()

    def asked(self, mistakes: Sequence[Mistake]) -> list[Problem]:
        """Each mistake with a link to the field that corrects it."""
        return [Problem(message=one.message, href=self._href(one.pointer)) for one in mistakes]

    def _href(self, pointer: str) -> str:
        step = next((step for begin, step in _STEPS if f"{pointer}/".startswith(f"{begin}/")), None)
        if step is None:
            return "#signed_on"
        anchor = pointer.split("/")[1]
        return (
            f"{self.base}/edit/{step}#{anchor}" if step != "annex" else f"{self.base}/edit/annex?only=chosen"
        )


class CheckPage(Draft, frozen=True, kw_only=True):
    """The last step: what is still missing, what is unusual (with the reasons typed so far), the contract."""

    view: ContractView
    said: ContractText
    roles: Mapping[str, str]
    filing_words: Mapping[str, str]
    missing: Sequence[Problem]


@get("/contracts/{contract_id:uuid}/edit/check", include_in_schema=False)
async def check_page(
    request: AnyRequest, reader: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Response[Any]:
    """Everything once more, before it counts."""
    return show_step(request, "check", await _page(reader, contract_id, FormState()))


@post("/contracts/{contract_id:uuid}/edit/check", include_in_schema=False, status_code=303)
async def sign_page(
    request: AnyRequest, writer: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Redirect:
    """Signs the contract; it counts from its start."""

    async def shown(form: FormState) -> Response[Any]:
        return show_step(request, "check", await _page(writer, contract_id, form))

    await attempt(request, writer, SignForm, lambda form: _check(writer, contract_id, form), shown)
    return Redirect(f"/contracts/{contract_id}?done=signed", status_code=303)


async def _check(work: Work, contract_id: UUID, form: SignForm) -> Write[ContractRow]:
    if form.signed_on is None:
        raise Invalid([Mistake("/signed_on", "required", "请填合同上写的签订日期")])
    request = SignIn(signed_on=form.signed_on, overrides=overrides(form.overrides, form.same_reason))
    checked = await lifecycle.check_signing(work, contract_id, request, form.version)
    return partial(lifecycle.write_signing, work, checked)


async def _page(work: Work, contract_id: UUID, form: FormState) -> CheckPage:
    base = await draft(work, contract_id, form)
    facts = await load_facts.whole(work, base.contract)
    mistakes, warnings = _found(work.act, facts)
    view = await views.contract_view(work, contract_id, date.max)
    checked = _form(base.form, contract_id, warnings)
    fields = {name: getattr(base, name) for name in Draft.__struct_fields__} | {"form": checked}
    return CheckPage(
        **fields,
        view=view,
        said=page_sentences.contract_text(view, facts),
        roles=ROLE_NAMES,
        filing_words=FILING_WORDS,
        missing=checked.asked(mistakes),
    )


def _form(form: FormState, contract_id: UUID, warnings: Sequence[Warning_]) -> CheckedForm:
    """The form with what the attempt found; before any attempt with the reasons that will be needed."""
    asked = answered(form, form.warnings or warnings)
    return CheckedForm(
        base=f"/contracts/{contract_id}",
        values=asked.values if form.values else {},
        mistakes=form.mistakes,
        warnings=asked.warnings,
        problem=form.problem,
    )


def _found(act: Act, facts: ContractFacts) -> tuple[list[Mistake], list[Warning_]]:
    """What keeps the draft from being signed today, and what needs a reason."""
    if facts.contract.status != "draft":
        return [], []
    last = facts.contract.ends_on
    day = act.today if last is None else min(act.today, last)
    mistakes = checks.mistakes(facts, signed_on=day, today=act.today)
    if mistakes:
        return mistakes, []
    found = checks.suspicions(facts, signed_on=day)
    return [], [one.warning for one in checks.unanswered(facts, found)]


handlers = [check_page, sign_page]

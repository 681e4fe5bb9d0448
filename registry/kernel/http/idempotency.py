"""A POST sent twice under one key has one effect and one answer, kept in the transaction of the effect.

The writer's provider calls `claim` before the handler and `keep` after it: by then the answer is built, but
nothing is committed or sent, so that effect and answer are kept together or not at all.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from registry.kernel.db.statements import Queries
from registry.kernel.errors import Conflict, DomainError
from registry.kernel.http import pages
from registry.kernel.http.web import AnyRequest, caller_of
from registry.kernel.work import Work

q = Queries("idempotency")
HEADER: Final = "Idempotency-Key"
FIELD: Final = "idempotency_key"
OPTION: Final = "idempotency"
REQUIRED: Final = "required"
"""`@post(..., opt={"idempotency": "required"})`: the route refuses a POST without a key."""
NEVER: Final = "never"
UNKEPT: Final[Mapping[str, Any]] = {OPTION: NEVER}
"""`opt` of a route that ignores keys, because neither its answer nor a hash of its body may be kept: a
personal number could be found again from an unkeyed hash. Doing it twice must be harmless there."""
KEY_LENGTH: Final = 200
_KEPT: Final = frozenset(
    {"content-type", "location", "etag", "link", "content-disposition", "content-language", "cache-control"}
)
_FORM: Final = "application/x-www-form-urlencoded"
_SESSION_TOKEN: Final = re.compile(rb"(?:^|&)csrf_token=[^&]*")


class KeyRequired(DomainError):
    """Money and weigh tickets are only taken with a key, so that a retry cannot book twice."""

    code = "idempotency_key_required"
    status = 400
    title = "Idempotency-Key is required"
    detail = "这个操作必须带上 Idempotency-Key（1 到 200 个可见字符），以免重复登记。"


class KeyReused(DomainError):
    """The key belongs to another request, or to one under another grant of the same account."""

    code = "idempotency_key_reused"
    status = 422
    title = "The Idempotency-Key was used for another request"
    detail = "这个 Idempotency-Key 已用于另一次不同的提交，请换一个新的再提交。"


class InFlight(Conflict):
    """The first request with this key is still running."""

    code = "idempotency_in_flight"
    title = "The first request with this Idempotency-Key is still running"
    detail = "同一次提交正在处理，请稍等再查看结果，不要重复提交。"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A stored answer and what it answered."""

    method: str
    path: str
    body_hash: str
    status: int
    headers: dict[str, str]
    body: bytes


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it was found: whether this request holds it now, and the answer kept under it, if any."""

    mine: bool
    method: str | None
    path: str | None
    body_hash: str | None
    status: int | None
    headers: dict[str, str] | None
    body: bytes | None

    def kept(self) -> Kept | None:
        """The stored answer; None if there is none."""
        values = msgspec.structs.asdict(self)
        del values["mine"]
        return None if self.method is None else msgspec.convert(values, Kept)


class Replay(Exception):
    """Carries the stored answer past the handler."""

    def __init__(self, kept: Kept) -> None:
        super().__init__("replayed")
        self.kept = kept


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A key this request holds until its transaction ends."""

    key: str
    method: str
    path: str
    body_hash: str


_claim_key = q("claim_key", str, str, str).one(Found)


async def claim(work: Work, request: AnyRequest) -> Claim | None:
    """Takes the request's key. None without one; raises Replay, KeyReused, InFlight or KeyRequired."""
    if request.method != "POST" or request.route_handler.opt.get(OPTION) == NEVER:
        return None
    key = await _key(request)
    if key is None:
        if request.route_handler.opt.get(OPTION) == REQUIRED:
            raise KeyRequired
        return None
    mine = Claim(key=key, method=request.method, path=_path(request), body_hash=await _body_hash(request))
    found = await _claim_key(work, work.act.county_code, work.act.actor, key)
    if not found.mine:
        raise InFlight
    kept = found.kept()
    if kept is None:
        return mine
    if (kept.method, kept.path, kept.body_hash) != (mine.method, mine.path, mine.body_hash):
        raise KeyReused
    raise Replay(kept)


async def require_first(work: Work, mine: Claim) -> None:
    """InFlight if another request under this key was answered in the meantime: what conflicts is its effect.

    The key is taken by the statement that looks for its answer, on a snapshot that may be older than the
    answer. Undoes what was done.
    """
    await work.start_over()
    found = await _claim_key(work, work.act.county_code, work.act.actor, mine.key)
    if not found.mine or found.kept() is not None:
        raise InFlight


_keep_answer = q("keep_answer", str, str, Claim, int, str, bytes, datetime).run()


async def keep(work: Work, request: AnyRequest, mine: Claim) -> None:
    """Stores the answer the handler built; TypeError for a stream, which has no body yet to be kept."""
    answer: object = request.scope["state"].get("answer")
    if not isinstance(answer, ASGIResponse) or isinstance(answer, ASGIStreamingResponse):
        raise TypeError(
            f"{request.route_handler} writes and answers a stream: that cannot be kept under a key"
        )
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in answer.encode_headers()}
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    written = await _keep_answer(
        work,
        work.act.county_code,
        work.act.actor,
        mine,
        answer.status_code,
        msgspec.json.encode(kept).decode(),
        answer.body,
        work.act.now,
    )
    if not written:  # the key was claimed on a snapshot older than the answer of another request
        raise InFlight


class _Recording:
    """Wraps a Response until the framework has built the answer, and records it."""

    def __init__(self, response: Response[Any]) -> None:
        self.response = response

    def to_asgi_response(self, **given: Any) -> ASGIResponse:
        answer = self.response.to_asgi_response(**given)
        given["request"].scope["state"]["answer"] = answer
        return answer


async def record(response: Any) -> Any:
    """The application's `after_request` hook: what the handler answered, for `keep`."""
    return _Recording(response) if isinstance(response, Response) else response


def replayed(_: AnyRequest, replay: Replay) -> Response[Any]:
    """The exception handler of Replay: the stored answer, marked."""
    kept = replay.kept
    headers = {name: value for name, value in kept.headers.items() if name != "content-type"}
    return Response(
        kept.body,
        status_code=kept.status,
        media_type=kept.headers.get("content-type", "application/json"),
        headers={**headers, "idempotency-replayed": "true"},
    )


async def _key(request: AnyRequest) -> str | None:
    """The key of the header, or of the hidden field of a form; one that is no key is refused."""
    key = request.headers.get(HEADER)
    if key is None and request.headers.get("content-type", "").startswith(_FORM):
        key = dict(await pages.pairs(request)).get(FIELD)
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise KeyRequired
    return key


def _path(request: AnyRequest) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


async def _body_hash(request: AnyRequest) -> str:
    """Hash of grant, media type and body: the answer of one grant is not given to another. The random
    boundary of a multipart body does not count, nor does the token of the session a form was sent from: the
    same form goes on after a new login."""
    caller = caller_of(request)
    grant = str((caller and caller.account_grant_id) or "")
    media, _, rest = request.headers.get("content-type", "").partition("boundary=")
    body = await request.body()
    if media.startswith(_FORM):
        body = _SESSION_TOKEN.sub(b"", body)
    boundary = rest.partition(";")[0].strip().strip('"').encode("latin-1")
    if boundary:
        body = body.replace(boundary, b"")
    return hashlib.sha256(f"{grant}\n{media}\n".encode() + body).hexdigest()

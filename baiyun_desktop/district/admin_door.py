"""Lets administrators and monitors in, each to what the role allows, and makes who guesses or asks too often wait."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import SecurityRequirement, SecurityScheme

from baiyun_desktop.kernel.role import Duty, Role
from baiyun_desktop.replica.admin_messages import Refusal
from sync.district.service import Service
from sync.errors import Busy, Refused, SyncError

from .admin_tokens import holder_of
from .assembly import Assembly
from .errors import Unfit
from .standing import standing_of
from .throttle import Throttle

log = logging.getLogger(__name__)

READS_MAX, READS_S = 60, 60.0
"""What one token may ask in a minute: a look costs a reading of all desks, and a monitor needs one a minute."""
MONITOR = frozenset({Duty.FLEET})
"""What a token reads that is nobody's in particular."""
ADMINISTRATOR: list[SecurityRequirement] = [{"administrator": []}]
SCHEME = SecurityScheme(
    type="http", scheme="bearer", description="made by 'baiyun-district token', ended by 'baiyun-district end-token'"
)
_TEXTS = {
    400: "what was sent is not what this operation takes",
    401: "no token, or one that opens nothing (any more)",
    403: "this is the duty of another of the three administrators",
    409: "it cannot be done as things are; the message says why",
    413: "the body is too large",
    429: "too many wrong tokens, or too many questions: come back after Retry-After seconds",
    503: "overloaded: come back after Retry-After seconds",
}

AnyRequest = Request[Any, Any, State]
T = TypeVar("T")


def errors(*statuses: int) -> dict[int, ResponseSpec]:
    """How the document says them."""
    return {s: ResponseSpec(Refusal, description=_TEXTS[s], generate_examples=False) for s in statuses}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks, with the public half of his token. `role` is None for a monitor."""

    token: str
    name: str
    login: str
    role: Role | None
    duties: frozenset[Duty]
    until: int

    @property
    def by(self) -> str:
        """As the auditor reads it."""
        return f"{self.name}（{self.login}）" if self.login else self.name


class UnknownAdministrator(Refused):
    """No token, or one that opens nothing."""

    def __init__(self) -> None:
        super().__init__("管理令牌无效，请用 baiyun-district token 另做一个")


class NotYours(Refused):
    """The duty of another role."""


class _TooMany(Busy):
    """Wrong tokens, or questions, beyond what is answered."""


class Door:
    """Knows who asks by the token, and what he may by the posts that he holds at this moment.

    A right token is let in whatever others have tried from the same address: behind a balancer all come from one.
    """

    def __init__(self, assembly: Assembly, service: Service) -> None:
        self.assembly = assembly
        self._service = service
        limits = service.limits
        self._wrong = Throttle(assembly.engine, "token", limits.wrong_codes_max, limits.wrong_codes_s)
        self._asked = Throttle(assembly.engine, "read", READS_MAX, READS_S)

    async def ask(self, request: AnyRequest, duty: frozenset[Duty], task: Callable[[Holder], T]) -> T:
        """What a task answers to somebody who has one of these duties. Raises UnknownAdministrator, NotYours, Busy."""
        address = request.client.host if request.client else ""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        holder = await self._service.work(self._let_in, address, token if kind.lower() == "bearer" else "")
        if duty and not duty & holder.duties:
            raise NotYours("三员分立：这项操作不属于您的岗位")
        return await self._service.work(task, holder)

    def _let_in(self, address: str, token: str) -> Holder:
        holder = self._holder_of(token)
        if holder is None:
            self._refuse(address)
            raise UnknownAdministrator
        if not self._asked.counts(holder.token):
            raise _TooMany("查询太频繁，请稍后再试", READS_S)
        return holder

    def _refuse(self, address: str) -> None:
        if self._wrong.spent(address):
            raise _TooMany("管理令牌多次有误，请稍后再试", self._service.limits.wrong_codes_s)
        self._wrong.note(address)
        log.warning("a wrong administrator's token from %s", address)

    def _holder_of(self, token: str) -> Holder | None:
        """None for a token that opens nothing. Raises NotYours where its officer may do nothing any more."""
        with self.assembly.snapshot() as conn:
            known = holder_of(conn, token, self.assembly.clock.now_ms())
        if known is None or not known.login:
            return None if known is None else Holder(known.id, known.holder, "", None, MONITOR, known.expires_at)
        try:
            standing = standing_of(self.assembly, known.login)
        except Unfit as reason:
            raise NotYours(reason.zh) from reason
        return Holder(known.id, standing.name, known.login, standing.role, standing.duties, known.expires_at)


def on_error(_request: AnyRequest, error: Exception) -> Response[Refusal]:
    """Every refusal in one small shape."""
    status, headers = 503, {}
    if isinstance(error, Busy):
        headers = {"Retry-After": str(int(error.retry_after_s))}
        status = 429 if isinstance(error, _TooMany) else 503
    elif isinstance(error, UnknownAdministrator):
        status, headers = 401, {"WWW-Authenticate": "Bearer"}
    elif isinstance(error, Refused):
        status = 403
    elif isinstance(error, Unfit):
        status = 409
    elif isinstance(error, HTTPException):
        return Response(Refusal("http", error.detail), status_code=error.status_code)
    words = error.zh if isinstance(error, Unfit) else str(error)
    return Response(Refusal(type(error).__name__.lstrip("_"), words), status_code=status, headers=headers)


HANDLERS: dict[int | type[Exception], Any] = {
    SyncError: on_error,
    Unfit: on_error,
    HTTPException: on_error,
    msgspec.ValidationError: on_error,
}

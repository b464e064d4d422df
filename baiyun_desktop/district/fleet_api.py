"""The fleet and the district's health over HTTP, for a system administrator's monitor: read only, by a token of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import SecurityRequirement, SecurityScheme

from sync.district.app import Beside, SaidOperation
from sync.district.fleet import Seen
from sync.district.service import Guesses, Service
from sync.errors import Busy, Refused, SyncError
from sync.wire import ErrorBody

from .admin_tokens import holder_of
from .assembly import Assembly
from .desks import fleet
from .health import look

log = logging.getLogger(__name__)

DESKS_PATH, HEALTH_PATH = "/admin/v1/desks", "/admin/v1/health"
READS_MAX, READS_S = 60, 60.0
"""What one token may ask in a minute: a look costs a reading of all desks, and a monitor needs one a minute."""
_ADMINISTRATOR: list[SecurityRequirement] = [{"administrator": []}]
_SCHEME = SecurityScheme(
    type="http", scheme="bearer", description="made by 'baiyun-district token', ended by 'baiyun-district end-token'"
)
_TEXTS = {
    401: "no token, or one that opens nothing (any more)",
    429: "too many wrong tokens, or too many questions: come back after Retry-After seconds",
    503: "overloaded: come back after Retry-After seconds",
}
_RESPONSES = {
    status: ResponseSpec(ErrorBody, description=text, generate_examples=False) for status, text in _TEXTS.items()
}

AnyRequest = Request[Any, Any, State]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeskState(Seen):
    """A desk as `baiyun-district desks --json` tells it; `cursor_age_ms` is how old the first thing is that it has not heard of."""

    cursor_age_ms: int


class DistrictHealth(msgspec.Struct, frozen=True):
    """The district as `baiyun-district health` tells it; `alarms` are sentences that say what needs doing."""

    district: str
    database: str
    position: int
    organisations: int
    alarms: list[str]
    certificate_days: int
    disk_free_gib: float
    backup_hours: float | None
    backup_file: str | None
    backup_behind: int | None
    drill_days: float | None
    desks: int
    revoked: int
    held: int
    held_faults: int
    oldest_held_ms: int
    oldest_unsent_ms: int
    confirmed: bool
    open_files: int


class UnknownAdministrator(Refused):
    """No token, or one that opens nothing."""

    def __init__(self) -> None:
        super().__init__("管理令牌无效，请用 baiyun-district token 另做一个")


class _TooMany(Busy):
    """Wrong tokens, or questions, beyond what is answered."""


class Door:
    """Lets a token's holder in, and makes who guesses or asks too often wait.

    A right token is let in whatever others have tried from the same address: behind a balancer all come from one.
    """

    def __init__(self, assembly: Assembly, service: Service) -> None:
        self._assembly = assembly
        self._service = service
        self._wrong = Guesses(service.limits.wrong_codes_max, service.limits.wrong_codes_s)
        self._asked = Guesses(READS_MAX, READS_S)

    async def read(self, request: AnyRequest, view: Callable[[Assembly], T]) -> T:
        """What a view shows; raises UnknownAdministrator or Busy."""
        address = request.client.host if request.client else ""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        holder = await self._service.work(self._holder_of, token) if kind.lower() == "bearer" else None
        if holder is None:
            self._refuse(address)
        if self._asked.spent(token):
            raise _TooMany("查询太频繁，请稍后再试", READS_S)
        self._asked.note(token)
        return await self._service.work(view, self._assembly)

    def _refuse(self, address: str) -> None:
        if self._wrong.spent(address):
            raise _TooMany("管理令牌多次有误，请稍后再试", self._service.limits.wrong_codes_s)
        self._wrong.note(address)
        log.warning("a wrong administrator's token from %s", address)
        raise UnknownAdministrator

    def _holder_of(self, token: str) -> str | None:
        with self._assembly.snapshot() as conn:
            return holder_of(conn, token, self._assembly.clock.now_ms())


def beside(assembly: Assembly, service: Service) -> Beside:
    """What the district's program serves beside the protocol."""
    door = Door(assembly, service)

    @get(
        DESKS_PATH,
        operation_class=SaidOperation,
        security=_ADMINISTRATOR,
        responses=_RESPONSES,
        exception_handlers={SyncError: _on_error},
        summary="Each desk: last contact, age of its cursor, unsent, held; silent desks first",
    )
    async def admin_desks(request: AnyRequest) -> list[DeskState]:
        return msgspec.convert(await door.read(request, fleet), list[DeskState])

    @get(
        HEALTH_PATH,
        operation_class=SaidOperation,
        security=_ADMINISTRATOR,
        responses=_RESPONSES,
        exception_handlers={SyncError: _on_error},
        summary="How the district is, and what needs doing",
    )
    async def admin_health(request: AnyRequest) -> DistrictHealth:
        return msgspec.convert(await door.read(request, look), DistrictHealth)

    return Beside([admin_desks, admin_health], {"administrator": _SCHEME})


def _on_error(_request: AnyRequest, error: SyncError) -> Response[ErrorBody]:
    status, headers = 503, {"Retry-After": str(int(error.retry_after_s))} if isinstance(error, Busy) else {}
    if isinstance(error, _TooMany):
        status = 429
    if isinstance(error, UnknownAdministrator):
        status, headers = 401, {"WWW-Authenticate": "Bearer"}
    return Response(ErrorBody(type(error).__name__.lstrip("_"), str(error)), status_code=status, headers=headers)

"""The district's web application: few paths, small headers, bounded bodies, and every error in one small shape."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
    SecurityRequirement,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat
from litestar.params import Body, Parameter
from litestar.types import ControllerRouterHandler

from sync import wire
from sync.blobs import BLOB_BYTES_MAX
from sync.enrolment import Enrolment, EnrolRequest
from sync.errors import Busy, Damaged, SyncError
from sync.limits import LIMITS
from sync.protocol import encode

from .service import Service, TooManyGuesses
from .tokens import UnknownToken

log = logging.getLogger(__name__)

BODY_S_MAX = 60.0
"""How long a desk may take to send a body: the slowest line we know, 1 Mbit/s, sends the largest in that time."""
PACK_PIECE_BYTES_MAX = LIMITS.pack_piece_bytes
"""The most that one answer carries of a pack; a larger wish gets the first part, and the desk asks on."""
_HASH = r"^[0-9a-f]{64}$"
_CA_TYPE = "application/x-pem-file"
_SPAN = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_DESK_ONLY: list[SecurityRequirement] = [{"token": []}]
_BYTES = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
_HEADERS = {
    206: ("Content-Range", "the bytes sent, and how many there are"),
    401: ("WWW-Authenticate", "Bearer"),
    416: ("Content-Range", "how many bytes there are"),
    429: ("Retry-After", "seconds"),
    503: ("Retry-After", "seconds"),
}
_ERROR_TEXTS = {
    400: "the message is damaged",
    401: "no token, or nobody's",
    403: "the desk or its code is not accepted",
    404: "no such pack, act or file",
    409: "a newer round of this desk has begun",
    410: "the district was restored: another timeline",
    413: "the body is too large",
    416: "no such bytes",
    429: "too many wrong codes: come back after Retry-After seconds",
    503: "overloaded: come back after Retry-After seconds",
}


def _errors(*statuses: int) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(
            wire.ErrorBody, media_type=wire.MESSAGE_TYPE, description=_ERROR_TEXTS[status], generate_examples=False
        )
        for status in statuses
    }


@dataclass
class SaidOperation(Operation):
    """Says in the OpenAPI document which headers come with which status."""

    def __post_init__(self) -> None:
        for status, (name, words) in _HEADERS.items():
            answer = (self.responses or {}).get(str(status))
            if isinstance(answer, OpenAPIResponse):
                text = OpenAPIHeader(description=words, schema=Schema(type=OpenAPIType.STRING))
                answer.headers = {**(answer.headers or {}), name: text}


@dataclass
class RoundOperation(SaidOperation):
    """Says in the OpenAPI document that a round's body is raw bytes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.request_body = RequestBody(content={wire.MESSAGE_TYPE: _BYTES}, required=True)


@dataclass(frozen=True)
class Beside:
    """What a program serves beside the protocol, by the same application: its handlers and how they know who asks."""

    handlers: Sequence[ControllerRouterHandler] = ()
    schemes: dict[str, SecurityScheme] = field(default_factory=dict)


class Health(msgspec.Struct, frozen=True):
    """The district is up and reads its database."""

    status: str
    pos: int


AnyRequest = Request[Any, Any, State]


@post(
    wire.ROUND_PATH,
    operation_class=RoundOperation,
    status_code=200,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses=_errors(400, 401, 403, 409, 410, 413, 503),
    summary="A round: acts up; verdicts, changes and the next cursor down",
)
async def take_round(request: AnyRequest) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    body = await _body(request)
    return _message(await service.work(service.rounds.round, replica, body))


async def _body(request: AnyRequest) -> bytes:
    try:
        return await asyncio.wait_for(request.body(), BODY_S_MAX)
    except TimeoutError as error:
        raise Damaged("消息传得太慢，已放弃") from error


@get(
    wire.WAIT_PATH,
    operation_class=SaidOperation,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses={204: ResponseSpec(None, description="nothing new in that time"), **_errors(400, 401, 403, 503)},
    summary="Answers when there is something beyond a position that concerns the desk, and in which of its areas",
)
async def wait(
    request: AnyRequest,
    pos: Annotated[int, Parameter(ge=0, le=2**62)],
    s: Annotated[float, Parameter(ge=0, le=wire.WAIT_S_MAX, description="seconds")] = wire.WAIT_S_MAX,
) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    if not await service.wait(replica, pos, s):
        return Response(b"", status_code=204)
    return _message(encode(await service.work(service.rounds.news, replica, pos)))


@get(
    wire.PACK_PATH + "{name:str}",
    operation_class=SaidOperation,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses={
        206: ResponseSpec(
            bytes, media_type=wire.MESSAGE_TYPE, description="the span asked for", generate_examples=False
        ),
        **_errors(400, 401, 403, 404, 416, 503),
    },
    summary="A ready-made snapshot, immutable, whole or by Range",
)
async def fetch_pack(
    request: AnyRequest, name: Annotated[str, Parameter(max_length=128, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]
) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    path = await service.work(service.rounds.pack, replica, name)
    first, beyond, whole = await service.work(_span, path, request.headers.get("range"))
    content = await service.work(_read, path, first, beyond)
    if whole:
        return _message(content)
    size = path.stat().st_size
    headers = {"Content-Range": f"bytes {first}-{beyond - 1}/{size}"}
    return Response(content, status_code=206, media_type=wire.MESSAGE_TYPE, headers=headers)


@get(
    wire.RESCUE_PATH + "{epoch:int}/{number:int}",
    operation_class=SaidOperation,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses=_errors(400, 401, 403, 404, 503),
    summary="An act of the desk's own whose content only the district has any more",
)
async def read_rescued(
    request: AnyRequest,
    epoch: Annotated[int, Parameter(ge=1, le=2**62)],
    number: Annotated[int, Parameter(ge=1, le=2**62)],
) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    return _message(await service.work(service.rounds.rescued, replica, epoch, number))


@post(
    wire.LIFEBOAT_PATH,
    operation_class=RoundOperation,
    status_code=200,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses=_errors(400, 401, 403, 410, 413, 503),
    summary="Part of a lifeboat: sealed acts of a file that is lost, of any desk; an answer for each",
)
async def take_lifeboat(request: AnyRequest) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    body = await _body(request)
    return _message(await service.work(service.rounds.lifeboat, replica, body))


@post(
    wire.BLOB_PATH + "{name:str}",
    operation_class=RoundOperation,
    status_code=200,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses=_errors(400, 401, 403, 413, 503),
    summary="A piece of a file that an act names; answers how many bytes there are",
)
async def take_blob(
    request: AnyRequest,
    name: Annotated[str, Parameter(pattern=_HASH)],
    at: Annotated[int, Parameter(ge=0, le=BLOB_BYTES_MAX)],
    size: Annotated[int, Parameter(ge=1, le=BLOB_BYTES_MAX)],
    sealed: Annotated[int, Parameter(ge=0, le=1)] = 0,
) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    piece = await _body(request)
    have = await service.work(service.rounds.take_blob, replica, name, at, size, piece, sealed=bool(sealed))
    return _message(encode(have))


@get(
    wire.BLOB_PATH + "{name:str}",
    operation_class=SaidOperation,
    media_type=wire.MESSAGE_TYPE,
    security=_DESK_ONLY,
    responses=_errors(400, 401, 403, 404, 503),
    summary="A piece of a file that a record of the desk's links, from a byte on; empty at its end",
)
async def read_blob(
    request: AnyRequest,
    name: Annotated[str, Parameter(pattern=_HASH)],
    at: Annotated[int, Parameter(ge=0, le=BLOB_BYTES_MAX)] = 0,
) -> Response[bytes]:
    service = _service(request)
    replica = await service.replica(_token(request))
    return _message(await service.work(service.rounds.blob, replica, name, at))


@post(
    wire.ENROL_PATH,
    operation_class=SaidOperation,
    status_code=200,
    responses=_errors(400, 403, 413, 429, 503),
    summary="Enrol a desk with a one-time code; the same nonce gets the same answer",
)
async def enrol(request: AnyRequest, data: Annotated[EnrolRequest, Body()]) -> Enrolment:
    address = request.client.host if request.client else ""
    return await _service(request).enrol(address, data)


@get(wire.CA_PATH, media_type=_CA_TYPE, summary="The district's CA certificate, to be held against a fingerprint")
async def authority(request: AnyRequest) -> Response[str]:
    return Response(_service(request).ca_pem, media_type=_CA_TYPE)


@get(wire.HEALTH_PATH, summary="Whether the district is up and reads its database")
async def health(request: AnyRequest) -> Health:
    return Health("ok", await _service(request).health())


def application(service: Service, *, version: str = "1", beside: Beside | None = None) -> Litestar:
    """The ASGI application that serves `service`."""
    beside = beside or Beside()
    schemes = {"token": SecurityScheme(type="http", scheme="bearer"), **beside.schemes}
    protocol = [
        take_round,
        wait,
        fetch_pack,
        take_blob,
        read_blob,
        read_rescued,
        take_lifeboat,
        enrol,
        authority,
        health,
    ]
    return Litestar(
        [*protocol, *beside.handlers],
        state=State({"service": service}),
        request_max_body_size=wire.BODY_BYTES_MAX,
        exception_handlers={
            SyncError: _on_sync_error,
            FileNotFoundError: _on_missing,
            HTTPException: _on_http_error,
            Exception: _on_bug,
        },
        openapi_config=OpenAPIConfig(
            title="Baiyun district",
            version=version,
            path="/",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            components=Components(security_schemes=dict(schemes)),
        ),
        logging_config=None,
    )


def _service(request: AnyRequest) -> Service:
    found = request.app.state.service
    assert isinstance(found, Service)
    return found


def _token(request: AnyRequest) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise UnknownToken
    return token


def _message(content: bytes) -> Response[bytes]:
    return Response(content, media_type=wire.MESSAGE_TYPE)


def _span(path: Path, asked: str | None) -> tuple[int, int, bool]:
    """(first, beyond, whole) of what to send of a file; raises HTTPException 416 for a span outside it."""
    size = path.stat().st_size
    match = _SPAN.fullmatch(asked or "")
    if match is None:
        if size > PACK_PIECE_BYTES_MAX:
            return 0, PACK_PIECE_BYTES_MAX, False
        return 0, size, True
    first = int(match[1])
    beyond = min(size, int(match[2]) + 1 if match[2] else size, first + PACK_PIECE_BYTES_MAX)
    if first >= beyond:
        raise HTTPException(status_code=416, detail="no such bytes", headers={"Content-Range": f"bytes */{size}"})
    return first, beyond, False


def _read(path: Path, first: int, beyond: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(beyond - first)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    body = msgspec.msgpack.encode(wire.ErrorBody(code, message))
    return Response(body, status_code=status, media_type=wire.MESSAGE_TYPE, headers=headers)


def _on_sync_error(_request: AnyRequest, error: SyncError) -> Response[bytes]:
    status, headers = wire.status_of(error), {}
    if isinstance(error, Busy):
        status = 429 if isinstance(error, TooManyGuesses) else 503
        headers = {"Retry-After": str(int(error.retry_after_s))}
    if isinstance(error, UnknownToken):
        status, headers = 401, {"WWW-Authenticate": "Bearer"}
    return _error(status, type(error).__name__, str(error), headers)


def _on_missing(_request: AnyRequest, _error_found: FileNotFoundError) -> Response[bytes]:
    return _error(404, "missing", "没有这个数据包，请重新同步")


def _on_http_error(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    return _error(error.status_code, "http", error.detail, error.headers)


def _on_bug(request: AnyRequest, error: Exception) -> Response[bytes]:
    log.error("a request failed: %s %s", request.method, request.url.path, exc_info=error)
    return _error(500, "fault", "区服务器内部错误，已记录")

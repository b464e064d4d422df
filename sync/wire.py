"""What HTTP adds to the messages: paths, statuses and the body of an error, said once for both halves."""

from __future__ import annotations

import msgspec

from .errors import Damaged, LineDown, Refused, Superseded, SyncError, WrongTimeline
from .limits import LIMITS

ROUND_PATH = "/v1/round"
WAIT_PATH = "/v1/wait"
PACK_PATH = "/v1/pack/"
BLOB_PATH = "/v1/blob/"
RESCUE_PATH = "/v1/rescue/"
LIFEBOAT_PATH = "/v1/lifeboat"
ENROL_PATH = "/v1/enrol"
CA_PATH = "/v1/ca"
HEALTH_PATH = "/v1/health"

MESSAGE_TYPE = "application/msgpack"
WAIT_S_MAX = 50.0
"""Below the minute after which many proxies and address translators drop a silent connection."""
BODY_BYTES_MAX = LIMITS.body_bytes
"""Twice the largest batch: what is longer is not read."""

_STATUSES: tuple[tuple[int, type[SyncError]], ...] = (
    (400, Damaged),
    (403, Refused),
    (409, Superseded),
    (410, WrongTimeline),
    (503, LineDown),
)


class ErrorBody(msgspec.Struct):
    """What stands beside an error's status. `code` is for programs, `message` for the officer."""

    code: str
    message: str


def status_of(error: SyncError) -> int:
    """The status that carries this error."""
    return next((s for s, kind in _STATUSES if isinstance(error, kind)), 503)


def error_of(status: int) -> type[SyncError]:
    """The error that a status carries: any other 4xx is a refusal, anything else means that nobody is there."""
    known = next((kind for s, kind in _STATUSES if s == status), None)
    return known or (Refused if 400 <= status < 500 else LineDown)

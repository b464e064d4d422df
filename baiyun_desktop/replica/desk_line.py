"""A desk's line to its district that says besides which version of the program it runs: in a header, outside the protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baiyun_desktop import __version__
from baiyun_desktop.replica.replica import Replica
from sync.desk.transport import Transport
from sync.desk.trust import Meter

if TYPE_CHECKING:
    import requests

HEADER = "User-Agent"
_SAID = re.compile(r"baiyun/([0-9A-Za-z.+-]{1,32})")


class DeskLine(Transport):
    """Said with each request, since a balancer may lead each to another worker: 25 bytes."""

    def _new_session(self) -> requests.Session:
        session = super()._new_session()
        session.headers[HEADER] = f"baiyun/{__version__}"
        return session


def line_of(replica: Replica, *, meter: Meter | None = None) -> DeskLine:
    """A line of the desk's own to the district that enrolled it."""
    me = replica.identity
    return DeskLine(me.url, me.token, me.ca, replica.clock.now_ms, meter=meter)


def version_of(header: str) -> str:
    """The version that a desk's header says, or "" where it says none."""
    found = _SAID.fullmatch(header)
    return found[1] if found else ""

"""Whom a desk believes: its district's CA and nobody else, on a clock that never runs back; each byte is counted."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any

X509_V_FLAG_NO_CHECK_TIME = 0x200000
"""OpenSSL's flag, which `ssl` does not name: its check would use the PC's clock, which may stand in 2019."""
ENDED = "certificate ended on"
"""How a chain that is too old is named among the errors of a handshake."""
_TCP_INFO_ACKED_OFFSET = 120
"""Where Linux's `struct tcp_info` keeps bytes acknowledged and, after them, bytes received."""


class Meter:
    """Bytes of HTTP up and down, headers included; and, where the system tells, of TCP: TLS adds the difference."""

    def __init__(self) -> None:
        self.up = 0
        self.down = 0
        self.requests = 0
        self._closed_up = 0
        self._closed_down = 0
        self._open: set[MeteredSocket] = set()
        self._lock = threading.Lock()

    def wire(self) -> tuple[int, int] | None:
        """Bytes up and down under TLS, handshakes and proxy talk included; None where the system does not count."""
        if not hasattr(socket, "TCP_INFO"):
            return None
        with self._lock:
            counts = [_tcp_bytes(s) for s in self._open]
            return self._closed_up + sum(c[0] for c in counts), self._closed_down + sum(c[1] for c in counts)

    def opened(self, sock: MeteredSocket) -> None:
        with self._lock:
            self._open.add(sock)

    def closing(self, sock: MeteredSocket) -> None:
        with self._lock:
            if sock in self._open:
                self._open.discard(sock)
                up, down = _tcp_bytes(sock)
                self._closed_up += up
                self._closed_down += down


class PinnedContext(ssl.SSLContext):
    """TLS 1.3 that believes one CA: see `pinned_context`."""

    now_ms: Callable[[], int]
    meter: Meter

    def check_dates(self, server: Any) -> None:
        """Raise SSLCertVerificationError where the CA or `server`, a certificate as `getpeercert` tells it, has ended.

        `now_ms` never decreases. A beginning later than it proves that it is slow, for the pinned CA dates nothing
        ahead; so the latest beginning counts as now.
        """
        chain = [server, *self.get_ca_certs()]
        now = max(self.now_ms() / 1000, *(ssl.cert_time_to_seconds(c["notBefore"]) for c in chain))
        for certificate in chain:
            if ssl.cert_time_to_seconds(certificate["notAfter"]) < now:
                raise ssl.SSLCertVerificationError(1, f"{ENDED} {certificate['notAfter']}")


def pinned_context(ca_pem: str, now_ms: Callable[[], int], meter: Meter) -> PinnedContext:
    """What a desk speaks with: OpenSSL verifies chain and name under `ca_pem` alone, `check_dates` the dates."""
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.now_ms = now_ms
    context.meter = meter
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=ca_pem)
    context.verify_flags |= ssl.VerifyFlags(X509_V_FLAG_NO_CHECK_TIME) | ssl.VERIFY_X509_STRICT
    context.sslsocket_class = MeteredSocket
    context.sslobject_class = DatedObject
    return context


class DatedObject(ssl.SSLObject):
    """TLS within a proxy's TLS: the dates are checked there too."""

    def do_handshake(self) -> None:
        super().do_handshake()
        _pinned(self.context).check_dates(self.getpeercert() or {})


class MeteredSocket(ssl.SSLSocket):
    """A TLS socket that checks its chain's dates before it carries a byte, and counts what it carries."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        _pinned(self.context).check_dates(self.getpeercert() or {})
        _pinned(self.context).meter.opened(self)

    def send(self, data: Any, flags: int = 0) -> int:
        sent = super().send(data, flags)
        _pinned(self.context).meter.up += sent
        return sent

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        got = super().recv_into(buffer, nbytes, flags)
        _pinned(self.context).meter.down += got
        return got

    def close(self) -> None:
        _pinned(self.context).meter.closing(self)
        super().close()


def _pinned(context: ssl.SSLContext) -> PinnedContext:
    assert isinstance(context, PinnedContext), "these sockets are made by a pinned context alone"
    return context


def _tcp_bytes(sock: socket.socket) -> tuple[int, int]:
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    except OSError:
        return 0, 0
    if len(info) < _TCP_INFO_ACKED_OFFSET + 16:
        return 0, 0
    acked, received = struct.unpack_from("QQ", info, _TCP_INFO_ACKED_OFFSET)
    return int(acked), int(received)

"""A line between a desk and a worker that can be cut at any byte of a message, or of what TLS makes of it."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field

UP, DOWN = "up", "down"
_RESET = struct.pack("ii", 1, 0)
_PIECE_BYTES = 2**16
CLOSE_S_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Cuts the `exchange`th exchange from now when `at` bytes of its message in one direction have gone through.

    A message shorter than that goes through whole, and nothing after it. `reset`: the ends hear it as a broken
    connection, and not as its end.
    """

    way: str
    at: int
    exchange: int = 0
    reset: bool = False


@dataclass(slots=True)
class Exchange:
    """What went through: bytes of the request and of the reply, and where the pieces of each ended."""

    sizes: dict[str, int] = field(default_factory=lambda: {UP: 0, DOWN: 0})
    edges: dict[str, list[int]] = field(default_factory=lambda: {UP: [], DOWN: []})
    ends: list[int] = field(default_factory=list)
    """Of a connection, how many bytes had come down each time when the desk asked again."""
    heads: dict[str, bytes] = field(default_factory=lambda: {UP: b"", DOWN: b""})


class Relay:
    """Listens on a port of loopback and carries each connection to `target`, a port as well.

    With `opened`, the district's own TLS context and a desk's for the district's `name`, TLS ends here as at an
    office's proxy, and an exchange is a request with its reply; without, it is a connection, and its bytes are TLS's.
    """

    def __init__(
        self, target: int = 0, opened: tuple[ssl.SSLContext, ssl.SSLContext] | None = None, name: str = ""
    ) -> None:
        self.target = target
        self.exchanges: list[Exchange] = []
        self.cuts = 0
        self._opened = opened
        self._name = name
        self._cut: Cut | None = None
        self._live: set[socket.socket] = set()
        self._ending: set[socket.socket] = set()
        self._lock = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def arm(self, cut: Cut | None) -> None:
        """From now on exchanges are counted anew, and one of them is cut."""
        with self._lock:
            self.exchanges, self._cut, self.cuts = [], cut, 0

    def cut_all(self) -> None:
        """Ends every connection that stands."""
        with self._lock:
            for sock in self._live:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def wait_hung_up(self) -> None:
        """Until what was cut is closed, so that its desk finds it so before it sends again."""
        with self._lock:
            assert self._lock.wait_for(lambda: not self._ending & self._live, CLOSE_S_MAX), "a cut connection stands on"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(sock,), daemon=True).start()

    def _carry(self, desk: socket.socket) -> None:
        mine = [desk]
        self._stands(desk)
        try:
            worker = socket.create_connection(("127.0.0.1", self.target))
            mine.append(worker)
            self._stands(worker)
            for sock in mine:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._opened is not None:
                served, asking = self._opened
                worker = asking.wrap_socket(worker, server_hostname=self._name)
                mine.append(worker)
                desk = served.wrap_socket(desk, server_side=True)
                mine.append(desk)
                self._stands(worker, desk)
            self._pump(desk, worker)
        except OSError:  # either end hung up, or the worker is no more
            pass
        finally:
            with self._lock:
                for sock in mine:
                    sock.close()
                for known in (self._live, self._ending):
                    known.difference_update(mine)
                self._lock.notify_all()

    def _stands(self, *socks: socket.socket) -> None:
        with self._lock:
            self._live.update(socks)

    def _pump(self, desk: socket.socket, worker: socket.socket) -> None:
        """Carries bytes until one end has no more."""
        other, way = {desk: worker, worker: desk}, {desk: UP, worker: DOWN}
        last, exchange, cut = "", Exchange(), None
        while True:
            for source in _ready(desk, worker):
                data = source.recv(_PIECE_BYTES)
                if not data:
                    return
                now = way[source]
                if not last or (self._opened is not None and (last, now) == (DOWN, UP)):
                    exchange, cut = self._begin()
                if (last, now) == (DOWN, UP):
                    exchange.ends.append(exchange.sizes[DOWN])
                last = now
                left = self._left(cut, exchange, now)
                if left is not None and left <= len(data):
                    with self._lock:  # before the desk can have heard the last of it
                        self._ending.add(desk)
                        self.cuts += 1
                    self._send(other[source], data[:left], exchange, now)
                    if cut is not None and cut.reset:
                        for sock in (desk, worker):
                            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    return
                self._send(other[source], data, exchange, now)

    def _begin(self) -> tuple[Exchange, Cut | None]:
        """Another exchange, and the cut if it is this one's."""
        with self._lock:
            self.exchanges.append(Exchange())
            due = self._cut is not None and len(self.exchanges) - 1 == self._cut.exchange
            return self.exchanges[-1], self._cut if due else None

    def _left(self, cut: Cut | None, exchange: Exchange, now: str) -> int | None:
        """How many bytes may still go this way; None where nothing is to be cut now."""
        if cut is None:
            return None
        if now == cut.way:
            return max(0, cut.at - exchange.sizes[now])
        # The request has gone whole without reaching that many bytes: nothing of the reply comes through.
        return 0 if self._opened is not None and cut.way == UP and now == DOWN else None

    @staticmethod
    def _send(to: socket.socket, data: bytes, exchange: Exchange, now: str) -> None:
        if data:
            to.sendall(data)
        exchange.sizes[now] += len(data)
        exchange.edges[now].append(exchange.sizes[now])
        if len(exchange.heads[now]) < _PIECE_BYTES:
            exchange.heads[now] += data


def _ready(*socks: socket.socket) -> list[socket.socket]:
    """The sockets that have something, also what TLS has read already."""
    waiting: list[socket.socket] = [s for s in socks if isinstance(s, ssl.SSLSocket) and s.pending()]
    return waiting or select.select(socks, [], [])[0]

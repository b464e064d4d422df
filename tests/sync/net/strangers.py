"""What else may answer at a district's address: log-in pages, redirections, cut lines, proxies."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress


@contextmanager
def answering(context: ssl.SSLContext | None, answer: bytes) -> Iterator[int]:
    """A server on a port of loopback that says `answer` to whoever connects, under TLS if a context is given."""
    with _listening(lambda sock: _say(sock, context, answer)) as port:
        yield port


def _say(sock: socket.socket, context: ssl.SSLContext | None, answer: bytes) -> None:
    with suppress(OSError):
        talk = context.wrap_socket(sock, server_side=True) if context else sock
        with closing(talk):
            talk.recv(65536)
            talk.sendall(answer)
            if context:
                talk.unwrap()


@contextmanager
def proxy(target_port: int, asked: list[str]) -> Iterator[int]:
    """An HTTP proxy that leads every CONNECT to `target_port` and notes what it was asked for."""

    def serve(sock: socket.socket) -> None:
        with suppress(OSError), closing(sock), socket.create_connection(("127.0.0.1", target_port)) as far:
            asked.append(sock.recv(65536).split(b"\r\n")[0].decode())
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while True:
                for ready in select.select([sock, far], [], [], 10)[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (far if ready is sock else sock).sendall(data)

    with _listening(serve) as port:
        yield port


@contextmanager
def _listening(serve: object) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    threading.Thread(target=serve, args=(sock,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)

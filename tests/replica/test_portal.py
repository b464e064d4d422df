"""What a desk says where the line ends at a log-in page, a redirect or a proxy: plain words, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from baiyun_desktop.replica.carrier import Carrier
from sync.desk.transport import Transport
from sync.district.tls import Certificates
from tests.replica.desk import ManualClock, SeededIds, make_desk, person
from tests.sync.net import strangers
from tests.sync.net.test_trust import certificates, line

PAGE = "<html><title>上网登录</title></html>".encode()
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
AWAY = b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n"
WANTS_LOGIN = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


class LogIn(BaseHTTPRequestHandler):
    """The page that a hotel's or an office's network shows first."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    do_POST = do_CONNECT = do_GET

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def web_server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), LogIn) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextmanager
def kind_of_network(kind: str, ours: Certificates, theirs: Certificates) -> Iterator[int]:
    """A port at which no district answers."""
    if kind == "page without TLS":
        with web_server() as port:
            yield port
        return
    whose = theirs if kind == "foreign certificate" else ours
    with strangers.answering(whose.context(), AWAY if kind == "redirect" else HTML) as port:
        yield port


def words_of_a_round(transport: Transport, path: Path, clock: ManualClock, ids: SeededIds) -> str:
    """What the badge says after one round; what was saved must still wait to be sent."""
    with make_desk(path, clock, ids) as desk:
        desk.door.save([person(ids, name="王公平")])
        carrier = Carrier(desk, transport, transport, lambda: 0.0)
        assert carrier.run() is None
        carrier.stop()
        assert desk.status().unsent == 1
        return carrier.problem


@pytest.mark.parametrize("kind", ["page without TLS", "foreign certificate", "redirect", "page"])
def test_a_page_to_log_in_at_is_told_as_such(tmp_path: Path, clock: ManualClock, ids: SeededIds, kind: str) -> None:
    ours = certificates(tmp_path / "ours")
    with kind_of_network(kind, ours, certificates(tmp_path / "theirs")) as port:
        said = words_of_a_round(line(port, ours), tmp_path / "desk.db", clock, ids)
    assert said.startswith("没有连到区服务器（可能需要先登录上网页面）")
    assert "内容都在本机" in said and "错" not in said


def test_a_proxy_of_the_system_is_used_and_its_refusal_told(
    tmp_path: Path, clock: ManualClock, ids: SeededIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    with strangers.answering(None, WANTS_LOGIN) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "")
        ours = certificates(tmp_path / "ours")
        transport = Transport("https://qu.example:8443", "token", ours.ca_pem(), clock.now_ms)
        said = words_of_a_round(transport, tmp_path / "desk.db", clock, ids)
    assert said.startswith("代理服务器不通或要求登录")


def test_nobody_there_is_only_a_line_that_is_down_and_noted(
    tmp_path: Path, clock: ManualClock, ids: SeededIds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "baiyun_desktop.replica.carrier")
    said = words_of_a_round(line(1, certificates(tmp_path / "ours")), tmp_path / "desk.db", clock, ids)
    assert said == "连不上区服务器，内容已存在本机，稍后自动上传"
    assert "a round came to nothing: LineDown" in caplog.messages

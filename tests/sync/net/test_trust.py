"""A desk speaks to its own district and to nobody else, whatever its clock, its environment or its network say."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.desk.enrolling import district_url, enrol_desk, new_nonce
from sync.desk.transport import CertificateEnded, NotTheDistrict, Transport
from sync.district.tls import SERVER_DAYS, Certificates
from sync.errors import LineDown
from sync.outside import SystemClock
from tests.sync.net import strangers, toy
from tests.sync.net.conftest import ToyDesk, ToyDistrict

Enrol = Callable[..., ToyDesk]
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"


class ShiftedClock:
    """The machine's clock, some days off."""

    def __init__(self, days: float) -> None:
        self._shift_ms = int(days * 86_400_000)

    def now_ms(self) -> int:
        return SystemClock().now_ms() + self._shift_ms

    def monotonic(self) -> float:
        return SystemClock().monotonic()


def certificates(folder: Path, clock: object = None, hosts: tuple[str, ...] = ("127.0.0.1",)) -> Certificates:
    made = Certificates(folder)
    made.create("test", hosts, clock or SystemClock())
    return made


def line(port: int, ca: Certificates, **named: object) -> Transport:
    return Transport(f"https://127.0.0.1:{port}", "t" * 22, ca.ca_pem(), SystemClock().now_ms, **named)


def test_another_ca_of_the_same_name_is_not_believed(tmp_path: Path) -> None:
    ours, theirs = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    with strangers.answering(theirs.context(), HTML) as port:
        transport = line(port, ours)
        with pytest.raises(NotTheDistrict):
            transport.post("/v1/round", b"secret")
        assert transport.meter.up == 0, "not a byte was said to it"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_adds_no_ca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    ours, theirs = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    monkeypatch.setenv(variable, str(theirs.ca))
    with strangers.answering(theirs.context(), HTML) as port:
        transport = Transport(f"https://127.0.0.2:{port}", "", ours.ca_pem(), SystemClock().now_ms)
        with pytest.raises(LineDown):
            transport.get("/v1/health")
        transport = line(port, ours)
        with pytest.raises(NotTheDistrict, match="未发送"):
            transport.get("/v1/health")


def test_a_certificate_of_our_ca_for_another_name_is_not_believed(tmp_path: Path) -> None:
    ours = certificates(tmp_path)
    with strangers.answering(ours.context(), HTML) as port:
        with pytest.raises(NotTheDistrict, match="未发送"):
            line(port, ours, server_name="elsewhere.example").get("/v1/health")
        with pytest.raises(NotTheDistrict, match="登录"):
            line(port, ours, server_name=None).get("/v1/health")


@pytest.mark.parametrize("years_behind", [1.5, 7])
def test_a_pc_whose_clock_stands_years_back_still_connects(
    tmp_path: Path, enrolled: Enrol, years_behind: float
) -> None:
    url = f"sqlite:///{tmp_path / 'later.db'}"
    toy.found(tmp_path, url, ShiftedClock(365 * years_behind))
    district = ToyDistrict(tmp_path, url)
    assert district_not_before(district) > datetime.now(UTC) + timedelta(days=300)
    with district.running() as running:
        desk = enrolled(district, running)
        assert desk.round([]).upto == 0


def district_not_before(district: ToyDistrict) -> datetime:
    return Certificates(district.folder / "tls").expires_at() - timedelta(days=SERVER_DAYS)


def test_an_ended_certificate_is_refused_by_the_clock_that_is_given(tmp_path: Path) -> None:
    ended = certificates(tmp_path / "ended", ShiftedClock(-SERVER_DAYS - 1))
    with strangers.answering(ended.context(), HTML) as port:
        transport = line(port, ended)
        with pytest.raises(CertificateEnded):
            transport.post("/v1/round", b"secret")
        assert transport.meter.up == 0
    good = certificates(tmp_path / "good")
    with strangers.answering(good.context(), HTML) as port:
        later = Transport(f"https://127.0.0.1:{port}", "", good.ca_pem(), ShiftedClock(SERVER_DAYS + 1).now_ms)
        with pytest.raises(CertificateEnded):
            later.get("/v1/health")


def test_a_certificate_is_renewed_before_it_ends_and_desks_still_believe_it(tmp_path: Path) -> None:
    made = certificates(tmp_path, ShiftedClock(-SERVER_DAYS + 61), ("127.0.0.1", "qu.example"))
    ca = made.ca_pem()
    context = made.context()
    assert made.renew_if_due(ShiftedClock(0)) is False
    assert made.renew_if_due(ShiftedClock(2)) is True
    assert made.expires_at() > datetime.now(UTC) + timedelta(days=SERVER_DAYS - 1)
    assert (made.ca_pem(), set(made.hosts())) == (ca, {"127.0.0.1", "qu.example"})
    made.load_into(context)
    with strangers.answering(context, HTML) as port, pytest.raises(NotTheDistrict, match="登录"):
        line(port, made).get("/v1/health")


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    made = certificates(tmp_path / "tls")
    assert (made.ca_key.stat().st_mode & 0o777, made.server.stat().st_mode & 0o777) == (0o600, 0o600)
    made.create("test", ["10.0.0.1"], SystemClock())
    assert made.hosts() == ["10.0.0.1"]


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Go\r\nLocation: https://127.0.0.1:1/v1/round\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"not http at all\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_answer_is_a_line_that_is_down(tmp_path: Path, answer: bytes) -> None:
    ours = certificates(tmp_path)
    with strangers.answering(ours.context(), answer) as port, pytest.raises(LineDown):
        line(port, ours).post("/v1/round", b"x")


def test_a_log_in_page_without_tls_is_not_the_district(tmp_path: Path) -> None:
    ours = certificates(tmp_path)
    with strangers.answering(None, HTML) as port, pytest.raises(LineDown):
        line(port, ours).post("/v1/round", b"x")


def test_nobody_there_is_a_line_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(LineDown):
        line(1, certificates(tmp_path)).post("/v1/round", b"x")


def test_the_systems_proxy_is_used_and_sees_only_tls(
    lite_district: ToyDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    with lite_district.running() as running, strangers.proxy(running.port, asked) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        now = SystemClock().now_ms
        answer = enrol_desk("https://district.example:8443", lite_district.code(), new_nonce(os.urandom(16)), now)
        assert answer.url == "https://district.example:8443"
        assert set(asked) == {"CONNECT district.example:8443 HTTP/1.0"}


def test_a_proxy_that_wants_a_log_in_is_a_line_that_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"HTTP/1.1 407 Log in\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    with strangers.answering(None, page) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        transport = Transport("https://district.example", "", certificates(tmp_path).ca_pem(), SystemClock().now_ms)
        with pytest.raises(LineDown):
            transport.get("/v1/health")


@pytest.mark.parametrize("typed", ["http://10.0.0.1:8443", "ftp://x", "", "https://", "https://x/path"])
def test_plain_http_is_no_address_of_a_district(typed: str) -> None:
    with pytest.raises(LineDown):
        district_url(typed)


def test_an_address_may_be_typed_short() -> None:
    assert district_url(" 10.0.0.1:8443/ ") == "https://10.0.0.1:8443"


def test_the_server_speaks_nothing_below_tls_1_3(lite_district: ToyDistrict) -> None:
    import socket

    context = ssl.create_default_context(cadata=lite_district.ca_pem())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        lite_district.running() as running,
        socket.create_connection(("127.0.0.1", running.port)) as sock,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(sock, server_hostname="127.0.0.1")

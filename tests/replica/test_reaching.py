"""What whoever sets a PC up is told where no district answers: what it is, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.replica import reaching
from baiyun_desktop.replica.reaching import NotReached, Reached, check_code, full_address, reach
from sync.enrolment import Code, fingerprint
from tests.replica.test_portal import AWAY, HTML, WANTS_LOGIN, web_server
from tests.sync.net import strangers
from tests.sync.net.test_trust import certificates

DISTRICT = Reached("https://10.1.2.3:8443", bytes(range(10)))
CODE = str(Code("0123456789", DISTRICT.fingerprint))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("10.1.2.3:8443", "https://10.1.2.3:8443"),
        (" https://qu.example:9000/ ", "https://qu.example:9000"),
        ("10.1.2.3", "https://10.1.2.3:8443"),
        ("１０。１。２。３：８４４３", "https://10.1.2.3:8443"),
        ("[fd00::1]", "https://[fd00::1]:8443"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, found: str) -> None:
    assert full_address(typed) == found


@pytest.mark.parametrize("typed", ["", "  ", "http://10.1.2.3", "10.1.2.3/desk", "10.1.2.3:port"])
def test_what_is_no_address_is_said_with_an_example(typed: str) -> None:
    with pytest.raises(NotReached, match=r"192\.168\.1\.10:8443"):
        full_address(typed)


def said_at(port: int, host: str = "127.0.0.1") -> str:
    with pytest.raises(NotReached) as told:
        reach(f"{host}:{port}")
    return str(told.value)


def test_a_district_is_known_by_the_fingerprint_of_its_authority(tmp_path: Path) -> None:
    ours = certificates(tmp_path)
    pem = ours.ca_pem().encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-pem-file\r\nContent-Length: %d\r\n\r\n%s" % (
        len(pem),
        pem,
    )
    with strangers.answering(ours.context(), answer) as port:
        found = reach(f"127.0.0.1:{port}")
    assert found.fingerprint == fingerprint(ours.ca_pem())
    assert str(Code("A" * 10, found.fingerprint)).replace("-", "")[10:26] == found.words.replace(" ", "")
    assert [len(group) for group in found.words.split(" ")] == [4, 4, 4, 4]


def test_each_stranger_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = certificates(tmp_path).context()
    junk = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    for answer, words in ((HTML, "上网登录页面"), (AWAY, "上网登录页面"), (junk, "不是区服务器"), (b"", "网关")):
        with strangers.answering(tls, answer) as port:
            assert words in said_at(port)
    with web_server() as port:
        assert "没有加密" in said_at(port)
    assert "拒绝了连接" in said_at(1)
    assert "找不到名叫 nowhere.invalid" in said_at(8443, "nowhere.invalid")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert "代理服务器，但它不通" in said_at(8443, "qu.example")
    with strangers.answering(None, WANTS_LOGIN) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert "要求登录" in said_at(8443, "qu.example")


def test_a_code_is_read_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_code(CODE.lower().replace("-", " "), DISTRICT) == CODE
    with pytest.raises(NotReached, match="7 组"):
        check_code(CODE[:-1], DISTRICT)
    with pytest.raises(NotReached, match="逐组核对"):
        check_code(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), DISTRICT)
    other = Reached(DISTRICT.url, bytes(10))
    with pytest.raises(NotReached) as told:
        check_code(CODE, other)
    assert other.words in str(told.value) and DISTRICT.words in str(told.value)


def test_no_answer_within_the_time_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    error = reaching.LineDown("区服务器没有及时应答")
    error.__cause__ = TimeoutError("timed out")
    assert "等了 10 秒" in reaching.words_for(error, DISTRICT.url)

"""A dead profile's key comes back from the district: once, to the PC that asked, and after somebody agreed."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.errors import Declined, Misread, NotRecoverable, NotTheAnswer, WrongPassphrase
from baiyun_desktop.keys.keyfile import KeyFile
from baiyun_desktop.keys.recovery import Recovery, answer_request, number_of, recover
from baiyun_desktop.keys.wraps import new_key
from sync.seal import new_key as new_private
from sync.seal import public_of

PRIVATE = new_private()
NEW = "新的很长的口令"


def lost(key: bytes, replica: str = "desk", private: bytes = PRIVATE) -> KeyFile:
    """The keys of a desk whose passphrase nobody knows any more."""
    return KeyFile.new(replica, key, "nobody knows").sealed_to(public_of(private), key)


def test_the_key_comes_back_and_the_answer_opens_nothing_a_second_time(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    assert recovery.asked(asking) == request
    found = answer_request(PRIVATE, request)
    assert (found.replica, found.number) == ("desk", number_of(request))
    assert recovery.take(lost(key), asking, found.answer, NEW) == [key]
    recovery.taken(asking)
    assert recovery.asked(asking) is None
    with pytest.raises(NotTheAnswer, match="没有等待"):
        recovery.take(lost(key), asking, found.answer, NEW)
    recovery.ask(lost(key), asking, NEW)
    with pytest.raises(NotTheAnswer, match="另一份"):
        recovery.take(lost(key), asking, found.answer, NEW)


def test_texts_fit_a_qr_code_and_survive_being_broken_into_lines(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key, "0" * 32), asking, NEW)
    answer = answer_request(PRIVATE, f"\n {request[:50].lower()}\r\n{request[50:]} ").answer
    for text in (request, answer):
        assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")  # a QR code's short alphabet
    assert len(request) < 400
    assert len(answer) < 250
    broken = "\n".join(answer[i : i + 36] for i in range(0, len(answer), 36))
    assert recovery.take(lost(key, "0" * 32), asking, broken, NEW) == [key]


def test_nothing_that_travels_or_waits_holds_the_key(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    answer = answer_request(PRIVATE, request).answer
    kept = asking.read_bytes()
    assert not any(key.hex().upper() in text for text in (request, answer))
    assert key not in kept
    with pytest.raises(WrongPassphrase):  # who has the disk and the answer lacks the new passphrase
        recovery.take(lost(key), asking, answer, "geraten, geraten")
    assert recovery.take(lost(key), asking, answer, NEW) == [key]


@pytest.mark.parametrize("place", [6, 60, -1])
def test_a_misread_character_is_found(tmp_path: Path, place: int) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    answer = answer_request(PRIVATE, request).answer

    def spoilt(text: str) -> str:
        at = place % len(text)
        at += text[at] == "-"
        return text[:at] + ("7" if text[at] != "7" else "8") + text[at + 1 :]

    with pytest.raises(Misread, match="抄错"):
        answer_request(PRIVATE, spoilt(request))
    with pytest.raises(Misread, match="抄错"):
        recovery.take(lost(key), asking, spoilt(answer), NEW)


@pytest.mark.parametrize(
    "text", ["", "BYA1:", "BYQ1:", "BYQ1:12345", "hello", "BYA1:😀😀", "BYA1:" + "A" * 5000, "你好：世界"]
)
def test_what_is_no_request_or_answer_is_refused_in_words(tmp_path: Path, text: str) -> None:
    asking = tmp_path / "asking"
    recovery.ask(lost(new_key()), asking, NEW)
    with pytest.raises(Misread, match="复制"):
        answer_request(PRIVATE, text)
    with pytest.raises(Misread, match="复制"):
        recovery.take(lost(new_key()), asking, text, NEW)


def test_an_answer_and_a_request_are_told_apart(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    with pytest.raises(Misread, match="BYA1"):
        recovery.take(lost(key), asking, request, NEW)
    with pytest.raises(Misread, match="BYQ1"):
        answer_request(PRIVATE, answer_request(PRIVATE, request).answer)


def test_another_desk_s_answer_and_another_district_s_key_open_nothing(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    other = recovery.ask(lost(new_key(), "other"), tmp_path / "other", NEW)
    with pytest.raises(NotTheAnswer, match="另一份"):
        recovery.take(lost(key), asking, answer_request(PRIVATE, other).answer, NEW)
    with pytest.raises(NotRecoverable, match="本区"):
        answer_request(new_private(), request)


def test_an_answer_with_another_key_in_it_is_refused(tmp_path: Path) -> None:
    """The request was right, what was sealed in it belongs to another file: nothing is wrapped that opens nothing."""
    asking = tmp_path / "asking"
    mixed = lost(new_key())
    request = recovery.ask(mixed, asking, NEW)
    answer = answer_request(PRIVATE, request).answer
    with pytest.raises(NotTheAnswer, match="没有本机的密钥"):
        recovery.take(lost(new_key()), asking, answer, NEW)


def test_a_desk_that_never_met_its_district_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NotRecoverable, match="备份"):
        recovery.ask(KeyFile.new("desk", new_key(), NEW), tmp_path / "asking", NEW)


def test_the_administrator_is_asked_and_it_is_written_down_first(tmp_path: Path) -> None:
    key, asking = new_key(), tmp_path / "asking"
    request = recovery.ask(lost(key), asking, NEW)
    asked: list[str] = []
    written: list[tuple[str, str]] = []

    def agreed(question: str) -> bool:
        asked.append(question)
        return True

    def write_down(found: Recovery, post: str) -> None:
        written.append((found.replica, post))

    answer = recover(PRIVATE, request, {"desk": "宝山社区·窗口"}.get, agreed, write_down)
    assert "宝山社区·窗口" in asked[0]
    assert number_of(request) in asked[0]
    assert written == [("desk", "宝山社区·窗口")]
    assert recovery.take(lost(key), asking, answer, NEW) == [key]


def test_nobody_gets_an_answer_unasked_or_for_a_desk_that_is_not_served(tmp_path: Path) -> None:
    request = recovery.ask(lost(new_key()), tmp_path / "asking", NEW)
    written: list[str] = []
    with pytest.raises(Declined):
        recover(PRIVATE, request, lambda _: "post", lambda _: False, lambda r, _: written.append(r.answer))
    with pytest.raises(Declined, match="停用"):
        recover(PRIVATE, request, lambda _: None, lambda _: True, lambda r, _: written.append(r.answer))
    assert written == []

"""Enrolling: a typed code is used once, its answer can be asked for again, and nobody else gets in with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.transport import NotTheDistrict
from sync.district.enrol import CODE, Place
from sync.district.tables import DESK
from sync.enrolment import ALPHABET, BadCode, Code, Enrolment, EnrolRequest
from sync.errors import LineDown, Refused
from sync.outside import SystemClock
from tests.sync.net import toy
from tests.sync.net.conftest import ToyDesk, ToyDistrict

NOW = SystemClock().now_ms
codes = st.builds(Code, st.text(ALPHABET, min_size=10, max_size=10), st.binary(min_size=10, max_size=10))


@given(codes)
def test_a_code_reads_back_however_it_is_typed(code: Code) -> None:
    text = str(code)
    assert len(text) == 34
    for typed in (text, text.lower(), text.replace("-", " "), text.replace("-", ""), text.replace("0", "o")):
        assert Code.parse(typed) == code
    assert Code.parse(text.replace("1", "l")) == Code.parse(text.replace("1", "I")) == code


@given(codes, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_mistyped_code_is_found_out_before_anything_is_sent(code: Code, at: int, wrong: str) -> None:
    plain = str(code).replace("-", "")
    typed = plain[:at] + wrong + plain[at + 1 :]
    if typed == plain:
        return
    try:
        found = Code.parse(typed)
    except BadCode:
        return
    assert found != code  # one in 1024: two characters of checksum


@pytest.mark.parametrize("typed", ["", "ABCD", "A" * 28, "N6PQ-2D1X-35RG-YE8Y-HFXS-Q7ZY-03S", "汉" * 28])
def test_what_is_no_code_is_called_so(typed: str) -> None:
    with pytest.raises(BadCode):
        Code.parse(typed)


def test_an_enrolled_desk_is_told_who_it_is(toy_district: ToyDistrict) -> None:
    with toy_district.running() as running:
        answer = enrol_desk(running.url, toy_district.code("A"), new_nonce(os.urandom(16)), NOW, machine="登记室1")
    assert (answer.post, answer.officer, answer.areas, answer.epoch) == ("登记岗", "张三", ["A"], 1)
    assert (len(answer.replica), len(answer.token)) == (32, 22)
    assert (answer.url, answer.ca) == (running.url, toy_district.ca_pem())
    this_year = [b for b in answer.blocks if b.year == min(x.year for x in answer.blocks)]
    assert [(b.pattern, b.unit, b.first, b.last) for b in this_year] == [("receipt", "宝山", 1, 500)]


def test_a_code_used_by_another_desk_is_refused(lite_district: ToyDistrict) -> None:
    code = lite_district.code()
    with lite_district.running() as running:
        enrol_desk(running.url, code, new_nonce(os.urandom(16)), NOW)
        with pytest.raises(Refused, match="另一台电脑"):
            enrol_desk(running.url, code, new_nonce(os.urandom(16)), NOW)
    assert len(lite_district.desks()) == 1


def test_a_code_of_another_district_sends_it_nothing(lite_district: ToyDistrict) -> None:
    elsewhere = Code("0" * 10, b"0123456789")
    with lite_district.running() as running, pytest.raises(NotTheDistrict):
        enrol_desk(running.url, str(elsewhere), new_nonce(os.urandom(16)), NOW)


def test_guessing_codes_is_slowed_down(lite_district: ToyDistrict) -> None:
    good = Code.parse(lite_district.code())
    wrong = str(Code("0" * 10, good.fingerprint))
    with lite_district.running() as running:
        for _ in range(10):
            with pytest.raises(Refused):
                enrol_desk(running.url, wrong, new_nonce(os.urandom(16)), NOW)
        with pytest.raises(LineDown):
            enrol_desk(running.url, str(good), new_nonce(os.urandom(16)), NOW)


class SetClock(SystemClock):
    """A clock that a test moves on by hand."""

    ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def enroller(toy_district: ToyDistrict, district_engine: Engine, clock: SetClock) -> toy.MortalEnroller:
    return toy.enroller_of(toy_district.folder, district_engine, clock)


PLACE = Place("登记岗", "张三", ("A",), "宝山")


def ask(code: Code) -> EnrolRequest:
    return EnrolRequest(code.secret, new_nonce(os.urandom(16)))


def test_an_ended_code_is_refused_but_its_answer_is_not(enroller: toy.MortalEnroller, clock: SetClock) -> None:
    used, unused = (enroller.new_code(PLACE, timedelta(days=1)) for _ in "12")
    request = ask(used)
    first = enroller.enrol(request)
    clock.ahead_ms = 2 * 86_400_000
    with pytest.raises(Refused, match="过期"):
        enroller.enrol(ask(unused))
    assert enroller.enrol(request) == first


def test_a_revoked_desk_cannot_come_back_by_its_code(enroller: toy.MortalEnroller, toy_district: ToyDistrict) -> None:
    request = ask(enroller.new_code(PLACE))
    answer = enroller.enrol(request)
    toy_district.revoke(answer.replica)
    with pytest.raises(Refused, match="撤销"):
        enroller.enrol(request)


def test_one_code_asked_by_many_at_once_enrols_one(enroller: toy.MortalEnroller, toy_district: ToyDistrict) -> None:
    code = enroller.new_code(PLACE)
    outcomes = at_once([lambda: enroller.enrol(ask(code)) for _ in range(6)])
    assert sorted(type(o).__name__ for o in outcomes) == ["Enrolment"] + ["Refused"] * 5
    assert len(toy_district.desks()) == 1


def test_desks_enrolled_at_once_share_no_number(enroller: toy.MortalEnroller) -> None:
    codes_made = [enroller.new_code(PLACE) for _ in range(6)]
    answers = at_once([lambda code=code: enroller.enrol(ask(code)) for code in codes_made])
    assert all(isinstance(a, Enrolment) for a in answers), answers
    firsts = sorted(b.first for a in answers for b in a.blocks if b.year == a.blocks[0].year)
    assert firsts == [1 + 500 * n for n in range(6)]


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What each call gave or raised, all begun together."""
    outcomes: list[object] = []
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(call())
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_database_holds_neither_code_nor_token_nor_nonce(
    enroller: toy.MortalEnroller, district_engine: Engine
) -> None:
    code = enroller.new_code(PLACE)
    request = ask(code)
    answer = enroller.enrol(request)
    with district_engine.connect() as conn:
        held = repr(conn.execute(select(CODE)).all()) + repr(conn.execute(select(DESK)).all())
    assert answer.replica in held
    for secret in (code.secret, str(code), answer.token, request.nonce):
        assert secret not in held


def test_a_token_of_one_desk_is_not_anothers(lite_district: ToyDistrict, enrolled: Callable[..., ToyDesk]) -> None:
    with lite_district.running() as running:
        one, other = enrolled(lite_district, running), enrolled(lite_district, running)
        assert one.enrolment.token != other.enrolment.token
        one.round(one.notes("mine"))
        assert other.round([]).upto == 0

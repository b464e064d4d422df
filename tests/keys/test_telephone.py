"""The code over the telephone: the same on both ends, and worth nothing anywhere else."""

from __future__ import annotations

from baiyun_desktop.keys.telephone import (
    ANSWER_CHARS,
    code_for,
    is_code,
    new_challenge,
    read_challenge,
    spoken,
    token_digest,
)
from sync.district.tokens import token_hash
from sync.enrolment import ALPHABET

TOKEN = "a" * 22
DESK, OFFICER, CHALLENGE = "d" * 32, "e" * 32, "12345678"


def code(**other: str) -> str:
    said = {"desk": DESK, "officer": OFFICER, "challenge": CHALLENGE, **other}
    return code_for(token_digest(TOKEN), **said)


def test_both_ends_share_what_enrolment_gave_them() -> None:
    assert token_digest(TOKEN) == token_hash(TOKEN)


def test_a_code_is_bound_to_desk_officer_and_digits() -> None:
    foreign = code_for(token_digest("b" * 22), desk=DESK, officer=OFFICER, challenge=CHALLENGE)
    others = {code(desk="c" * 32), code(officer="f" * 32), code(challenge="12345679"), foreign}
    assert len(others | {code()}) == 5
    assert code() == code()


def test_a_code_survives_being_spoken() -> None:
    right = code()
    assert len(right.replace("-", "")) == ANSWER_CHARS
    assert set(right) <= set(ALPHABET + "-")
    assert is_code(right.lower().replace("-", " "), right)
    assert is_code(right.replace("1", "l").replace("0", "O"), right)
    assert not is_code(right[:-1], right)
    assert not is_code("王" * 10, right)


def test_digits_are_read_however_they_were_grouped() -> None:
    made = new_challenge()
    assert read_challenge(spoken(made)) == made
    assert read_challenge("1234-5678") == "12345678"
    assert read_challenge("1234 567") == ""
    assert read_challenge("1234567x") == ""

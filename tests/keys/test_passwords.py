"""What may be a password, and that its hash opens for it and for nothing else."""

from __future__ import annotations

import pytest

from baiyun_desktop.keys.passwords import FIRST_CHARS, WeakPassword, check_new, first_password, hashed, matches

GOOD = "山上的白云 77 朵"


@pytest.mark.usefixtures("dear")
def test_a_hash_is_phc_text_with_its_own_salt_and_matches_its_password_alone() -> None:
    one, two = hashed(GOOD), hashed(GOOD)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert one != two
    assert matches(one, GOOD) and matches(two, GOOD)
    assert not matches(one, GOOD + " ") and not matches(one, "")


def test_digits_of_an_input_method_are_the_same_digits() -> None:
    assert matches(hashed("gongping 2358"), "gongping ２３５８")


@pytest.mark.parametrize(
    "phc",
    ["", None, "x", "$argon2id$v=19$m=65536,t=3,p=1$", "$argon2id$v=19$m=99999999,t=3,p=1$c2FsdHNhbHQ$aGFzaA",
     "$argon2id$v=19$m=64,t=4000000,p=1$c2FsdHNhbHQ$aGFzaA"],
)  # fmt: skip
def test_what_is_no_hash_or_asks_for_too_much_matches_nothing(phc: str | None) -> None:
    assert not matches(phc, GOOD)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("seven77", "至少 8 位"),
        ("wangfang", "登录名"),
        ("WangFangWangFang", "登录名"),
        ("12345678", "太常见"),
        ("987654321", "太常见"),
        ("qwertyuiop", "太常见"),
        ("PassW0rd", "太常见"),
        ("88888888", "太常见"),
        ("１２３４５６７８", "太常见"),
    ],
)
def test_weak_ones_are_refused_in_words(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why):
        check_new(password, password, login="wangfang")


def test_it_is_typed_twice_alike_and_is_another_than_before() -> None:
    with pytest.raises(WeakPassword, match="不一致"):
        check_new(GOOD, GOOD + "!", login="wangfang")
    with pytest.raises(WeakPassword, match="原来的"):
        check_new(GOOD, GOOD, login="wangfang", before=hashed(GOOD))
    assert check_new(GOOD, GOOD, login="wangfang", before=hashed("another one")) == GOOD


def test_first_passwords_are_random_and_lawful_ones() -> None:
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert len(password) == FIRST_CHARS
        assert not set(password) & set("ilo01")
        assert check_new(password, password, login="wangfang") == password

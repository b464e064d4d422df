"""A wrapped secret opens where it was wrapped, for whom, and as what; and nowhere else."""

from __future__ import annotations

import msgspec
import pytest

from baiyun_desktop.keys.errors import KeyLost, KeysDamaged, WeakPassphrase, WrongPassphrase
from baiyun_desktop.keys.wraps import (
    DistrictWrap,
    PassphraseWrap,
    SystemWrap,
    check_new_passphrase,
    id_of,
    new_key,
    open_escrow,
    unwrap,
    wrap_for_district,
    wrap_here,
)
from sync.errors import Damaged
from sync.seal import new_key as new_private
from sync.seal import public_of, seal
from tests.keys.ring import use_ring

SECRET = "白云鄂博 2026"


def test_keys_are_random_and_long_enough_and_their_names_tell_nothing() -> None:
    key = new_key()
    assert len(key) == 32
    assert key != new_key()
    assert id_of(key) == id_of(key) != id_of(new_key())
    assert id_of(key) not in key.hex()


@pytest.mark.usefixtures("dear")
def test_a_passphrase_opens_what_it_wrapped() -> None:
    key = new_key()
    wrapped = wrap_here(key, "desk", "a", SECRET)
    assert isinstance(wrapped, PassphraseWrap)
    assert wrapped.memory_bytes >= 64 * 1024 * 1024
    assert unwrap(wrapped, "desk", "a", SECRET) == key
    assert key not in msgspec.msgpack.encode(wrapped)
    for replica, what, typed in (("desk", "a", "白云鄂博 2025"), ("other", "a", SECRET), ("desk", "b", SECRET)):
        with pytest.raises(WrongPassphrase):
            unwrap(wrapped, replica, what, typed)


def test_two_wrappings_by_one_passphrase_are_not_alike() -> None:
    key = new_key()
    first, second = (wrap_here(key, "desk", "a", SECRET) for _ in range(2))
    assert isinstance(first, PassphraseWrap)
    assert isinstance(second, PassphraseWrap)
    assert first.salt != second.salt
    assert first.box != second.box


def test_a_file_cannot_ask_for_a_pc_that_stands_still() -> None:
    greedy = PassphraseWrap(bytes(16), 3, 1 << 40, bytes(72))
    with pytest.raises(KeysDamaged):
        unwrap(greedy, "desk", "a", SECRET)


def test_the_key_store_opens_what_it_wrapped_until_the_profile_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, key = use_ring(monkeypatch), new_key()
    wrapped = wrap_here(key, "desk", "a", "")
    assert isinstance(wrapped, SystemWrap)
    assert unwrap(wrapped, "desk", "a", "") == key
    assert key.hex() not in ring.kept.values()  # what the store has opens nothing without the file
    assert unwrap(wrap_here(key, "desk", "b", ""), "desk", "b", "") == key
    assert len(ring.kept) == 1
    with pytest.raises(KeyLost):
        unwrap(msgspec.structs.replace(wrapped, box=bytes(72)), "desk", "a", "")
    use_ring(monkeypatch)
    with pytest.raises(KeyLost, match="找回密钥"):
        unwrap(wrapped, "desk", "a", "")


def test_the_district_alone_opens_what_is_sealed_to_it() -> None:
    private, key, old = new_private(), new_key(), new_key()
    wrapped = wrap_for_district(public_of(private), "desk", key, old)
    assert isinstance(wrapped, DistrictWrap)
    assert key not in wrapped.sealed
    escrow = open_escrow(private, wrapped.sealed)
    assert (escrow.replica, escrow.keys) == ("desk", (key, old))
    with pytest.raises(Damaged):
        open_escrow(new_private(), wrapped.sealed)
    with pytest.raises(Damaged):
        open_escrow(private, seal(public_of(private), b"\x93an act, not a key"))


def test_a_new_passphrase_is_typed_twice() -> None:
    assert check_new_passphrase(SECRET, SECRET) == SECRET
    with pytest.raises(WeakPassphrase, match="不一致"):
        check_new_passphrase(SECRET, SECRET + " ")
    with pytest.raises(WeakPassphrase, match="8"):
        check_new_passphrase("1234567", "1234567")
    assert check_new_passphrase("草原铁矿", "草原铁矿")
    with pytest.raises(WeakPassphrase, match="汉字"):
        check_new_passphrase("白云 1", "白云 1")
    for guessed in ("12345678", "１２３４５６７８", "qwertyuiop", "Password1", "白云鄂博", "哈哈哈哈"):
        with pytest.raises(WeakPassphrase, match="太常见"):
            check_new_passphrase(guessed, guessed)

"""One chain per desk: whatever is altered, left out or put in another order is said, a copied file's fork is told."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.kernel.audit import Link, examine, hash_of, link_of, sealed

DESK = "d" * 32


def chain(length: int, start: dict[str, Any] | None = None, who: str = "张敏") -> list[dict[str, Any]]:
    """So many entries after `start`."""
    found, last = [], link_of(start) if start else Link()
    for at in range(length):
        entry = {
            "desk": DESK,
            "at": 1_760_000_000_000 + at,
            "who": who,
            "what": "查看",
            "reason": "核对身份",
            "record": "r",
        }
        found.append({**sealed(entry, last), "id": f"{who}{at}"})
        last = link_of(found[-1])
    return found


def test_a_whole_chain_has_nothing_wrong() -> None:
    found = examine(DESK, reversed(chain(5)))
    assert (found.entries, found.wrongs, found.forks) == (5, (), ())


def test_an_empty_field_is_as_one_that_is_not_there() -> None:
    entry = chain(1)[0]
    assert hash_of({**entry, "device": None, "fields": ""}) == entry["hash"]


@given(st.integers(0, 4), st.sampled_from(["who", "what", "reason", "record", "at", "seq", "prev", "desk"]))
def test_what_is_altered_is_said(at: int, name: str) -> None:
    entries = chain(5)
    entries[at] = {**entries[at], name: 77 if name in ("at", "seq") else "别的"}
    wrongs = examine(DESK, entries).wrongs
    assert any("was altered" in wrong for wrong in wrongs)


def test_an_entry_that_was_altered_with_its_hash_no_longer_leads_to_the_next() -> None:
    entries = chain(5)
    forged = {**entries[2], "who": "别人"}
    entries[2] = {**forged, "hash": hash_of(forged)}
    assert examine(DESK, entries).wrongs == ("entry 4 does not follow any entry 3 that is here",)


@given(st.integers(0, 3))
def test_what_is_left_out_is_said(at: int) -> None:
    entries = chain(5)
    del entries[at]
    assert examine(DESK, entries).wrongs == (f"entry {at + 1} is missing",)


def test_what_was_declared_void_is_said() -> None:
    entries = chain(2)
    entries[1]["voided"] = True
    assert examine(DESK, entries).wrongs == ("entry 2 was declared void",)


def test_a_restored_file_parts_the_chain_which_is_told_and_lawful() -> None:
    entries = chain(4)
    other = chain(3, start=entries[1], who="李芳")
    found = examine(DESK, [*entries, *other])
    assert (found.wrongs, found.forks, found.entries) == ((), (3,), 7)

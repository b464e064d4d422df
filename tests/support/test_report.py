"""An error is told by its types and our own lines; no value of it, and not ten times."""

from __future__ import annotations

import json

import pytest

from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.support.report import Told, chain, is_expected, lines_of


def _fails(person: str) -> None:
    try:
        json.loads("{" + person)
    except ValueError as error:
        raise LookupError(f"no {person} with 150206198803150028") from error


def _raised(person: str = "王公平") -> LookupError:
    with pytest.raises(LookupError) as caught:
        _fails(person)
    return caught.value


def test_types_and_our_own_frames_are_all_that_is_said() -> None:
    lines = lines_of(_raised())
    assert lines[0] == "LookupError"
    assert any(line.endswith(" _fails") and "test_report:" in line for line in lines)
    assert "because of json.decoder.JSONDecodeError" in lines
    assert any(line.strip() == "(json)" for line in lines)
    said = "\n".join(lines)
    assert "王公平" not in said and "1502" not in said


def test_a_ring_of_causes_comes_to_an_end() -> None:
    one, two = ValueError(), ValueError()
    one.__cause__, two.__cause__ = two, one
    assert list(chain(one)) == [one, two]


def test_the_same_error_is_told_once_in_a_while_and_counted() -> None:
    told = Told(again_s=600)
    first = [told.worth_telling(_raised(name), now) for name, now in (("王公平", 0.0), ("李雷", 1.0), ("韩梅", 599.0))]
    assert first == [True, False, False]
    assert told.times(_raised()) == 3
    assert told.worth_telling(_raised(), 601.0)
    assert told.worth_telling(ValueError(), 2.0), "another error is told though the first was a moment ago"


def test_what_tells_an_officer_what_to_do_is_no_bug() -> None:
    assert is_expected(DiskTrouble("磁盘已满"))
    assert not is_expected(ValueError("x"))

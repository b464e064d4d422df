"""Nothing about a person is left in a scrubbed line, and what an administrator needs still is."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.support.privacy import scrub


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("saved 王公平 and 特木尔·巴图", "saved □ and □"),
        ("id 150206198803150028 phone 13812345678", "id # phone #"),
        ("phone 138 1234 5678, 0472-2123456", "phone #, #"),
        ("id 15020619880315002X born 1988-03-15", "id # born #"),
        ("ᠮᠣᠩᠭᠣᠯ mail wang@example.cn", "□ mail #"),
        ("record 0193f0c2a7b84d1e9c5f0a1b2c3d4e5f gone", "record # gone"),
        ("sent 3, received 120, requests 1", "sent 3, received 120, requests 1"),
        ("PySide6 6.9.3 on Python 3.11.2", "PySide6 6.9.3 on Python 3.11.2"),
    ],
)
def test_what_a_line_keeps(line: str, left: str) -> None:
    assert scrub(line) == left


def test_whose_computer_it_is_stays_at_home() -> None:
    assert scrub(f"{Path.home()}/x/desk.json") == "~/x/desk.json"

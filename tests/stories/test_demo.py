"""The demo, played alone as a newcomer would start it: twice the same figures, pictures to look at, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.apart

SECONDS_MAX = 60
FIGURES = ("people", "registrations", "acts", "contests", "equal", "lost")


def play(out: Path) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", "baiyun_desktop.app", "demo", "--headless", "--out", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, object] = json.loads((out / "report.json").read_text("utf-8"))
    return report


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], dict[str, object]]:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    return first, play(first), play(second)


def test_two_plays_come_to_the_same(twice: tuple[Path, dict[str, object], dict[str, object]]) -> None:
    _, first, second = twice
    assert [first[name] for name in FIGURES] == [second[name] for name in FIGURES]
    assert first["equal"] is True
    assert first["lost"] == 0
    assert first["contests"] == 1
    # 宝山's 264 and 祥云's 265 registrations, and the family of three; one person stands in both ledgers.
    assert (first["registrations"], first["people"]) == (532, 531)


def test_each_scene_leaves_a_picture(twice: tuple[Path, dict[str, object], dict[str, object]]) -> None:
    out, report, _ = twice
    pictures = sorted(out.glob("*.png"))
    assert len(pictures) >= 5
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)
    assert set(report) >= {"people", "registrations", "acts", "contests", "bytes", "seconds", "equal"}

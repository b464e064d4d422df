"""The recovery stories, played by the real command where a real key store keeps the keys: each holds, by the databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.stories.recovery.report import Told, write
from tests.keys.session import in_session

pytestmark = pytest.mark.apart

PLAY = """
import sys
from baiyun_desktop.app import main
sys.exit(main(["demo", "--story", "recovery", "--headless", "--out", sys.argv[1]]))
"""
SECONDS_MAX = 260
"""For a machine that does other things too; alone it takes about one minute."""
TYPED = {
    "laptop stolen": 3,
    "desk revoked with unsent work": 4,
    "Windows profile dead": 5,
    "desk restored from a backup": 10,
    "password forgotten on a visit": 6,
    "desk's file lost for good": 6,
    "district restored from yesterday": 16,
}
REFUSED = {
    "laptop stolen": ["密钥库", "打不开", "已被撤销", "已被撤销", "已被撤销"],
    "desk revoked with unsent work": ["已被撤销", "没有登记", "打不开", "密钥"],
    "Windows profile dead": ["找回密钥", "另一份申请", "没有等待答复"],
    "desk restored from a backup": [],
    "password forgotten on a visit": [
        *["密码不对"] * 2,
        *["代码不对"] * 4,
        "一次性代码",
        "代码不对",
        *["密码不对"] * 3,
    ],
    "desk's file lost for good": ["密钥"],
    "district restored from yesterday": ["confirm", "已被撤销", "未在区服务器注册"],
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("out")
    in_session(tmp_path_factory.mktemp("profile"), PLAY, str(out), seconds_max=SECONDS_MAX)
    found: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return found


def test_nothing_is_lost_or_doubled_and_all_sides_hold_the_same(report: dict[str, Any]) -> None:
    assert (report["equal"], report["lost"], report["doubled"]) == (True, 0, 0)
    assert {story["story"]: story["typed"] for story in report["stories"]} == TYPED
    for story in report["stories"]:
        assert story["at_district"] == story["at_desks"] == story["typed"], story
        assert [what for what, holds in story["checks"].items() if not holds] == []
        assert len(story["checks"]) >= 8


def test_who_was_not_to_be_let_in_was_refused(report: dict[str, Any]) -> None:
    for story in report["stories"]:
        words = REFUSED[story["story"]]
        assert len(story["refused"]) == len(words), story["refused"]
        assert [said for said, word in zip(story["refused"], words, strict=True) if word not in said] == []


def test_a_story_holds_only_where_all_of_it_does(tmp_path: Path) -> None:
    told = Told("a story")
    assert not told.equal, "nothing was looked at"
    told.check("one thing", True)
    assert told.equal
    assert write([told], 0, tmp_path)
    assert not write([told], 1, tmp_path)
    told.lost = 1
    assert not write([told], 0, tmp_path)
    told.lost, told.doubled = 0, 1
    assert not told.equal
    told.doubled = 0
    told.check("another", [])
    assert not write([told], 0, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["equal"] is False

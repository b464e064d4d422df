"""The page for a desk in trouble, and the README, name commands and options of both programs that there are."""

from __future__ import annotations

import re
import shlex

import pytest

from baiyun_desktop.app import _parser
from tests.district.test_guide import parsed
from tests.sync.net.conftest import ROOT

GUIDE = (ROOT / "resources" / "guide" / "it" / "desk.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def lines(text: str, program: str) -> list[list[str]]:
    found = re.findall(rf"^    ({program}\b[^#\n]*)", text, re.MULTILINE)
    return [shlex.split(line.replace("\\", "/")) for line in found]


@pytest.mark.parametrize("text", [GUIDE, README], ids=["guide", "README"])
def test_each_line_for_a_pc_is_a_command_of_the_desk(text: str) -> None:
    found = lines(text, "baiyun-desktop")
    assert len(found) >= 6
    for words in found:
        assert callable(_parser().parse_args(words[1:]).run), words


def test_each_line_for_the_server_is_a_command_of_the_district() -> None:
    assert {parsed(words[1:]) for words in lines(GUIDE, "baiyun-district")} == {
        "desks",
        "revoke",
        "enrol",
        "recover",
        "officers",
    }


def test_the_guide_has_a_word_for_each_command_about_a_desk_s_file_and_key() -> None:
    named = {words[1] for words in lines(GUIDE, "baiyun-desktop") if len(words) > 1}
    assert named == {"backup", "restore", "leftovers", "enrol", "lifeboat", "recover", "rotate", "wipe"}

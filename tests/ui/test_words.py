"""Each sentence that a screen says is in the table, in both languages, and nothing else is."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from string import Formatter

from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.ui import words

UI = Path(words.__file__).parent
SCREENS = [*UI.rglob("*.py"), *(UI.parent / "app").glob("*.py")]
DYNAMIC = re.compile(
    r"^(import\.(column|which|how)|worklist|doubt|tray|contest|shell\.theme|paper\.(tray|column|print|line_up)"
    r"|queue\.column|setup\.(step|title)|upgrade\.(copy|migrate|check|swap)"
    r"|admin\.(need|do|health|enrol|revoke|new_post|new_organisation|organisation|rights|new_officer|holding|state|password))(?=[._]|$)"
)
"""Keys put together from a name, such as worklist.{section}."""
HAN = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”）][,:;!?]|[,:;!?] ?[\u4e00-\u9fff“]")
BRACKETS = re.compile(r"[\u4e00-\u9fff“”》）][(),]|[(),][\u4e00-\u9fff“《（]|\(㎡\)")
ALLOWED_HAN = {
    "contest_card.py": "甲乙丙丁戊己庚辛",
    "sheet_cell.py": "同上",
    "toolbar.py": "中",
}


def said() -> dict[str, str]:
    """Keys that the code asks for by name, and where. The screens of a folder leave its section's name out (`admin`)."""
    found = {}
    for path in SCREENS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for key in {node.value, f"{path.parent.name}.{node.value}"} & words.table().keys():
                    found[key] = path.name
    return found


def asked() -> set[str]:
    calls = set()
    for path in SCREENS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "say"
                and isinstance(node.args[0], ast.Constant)
            ):
                calls.add(node.args[0].value)
    return calls


def test_whatever_is_said_is_in_the_table() -> None:
    assert asked() - words.table().keys() == set()


def test_nothing_stands_in_the_table_unsaid() -> None:
    known = said()
    assert [
        key for key in words.table() if key not in known and not DYNAMIC.match(key) and not key.startswith("place.")
    ] == []


def test_both_languages_fill_in_the_same_values() -> None:
    for key, (zh, en) in words.table().items():
        assert _names(zh) == _names(en), key
        assert zh and en, key


def test_chinese_sentences_have_chinese_commas_and_colons() -> None:
    """Half-width ones between characters are what an English keyboard leaves, and look like a slip on every screen."""
    sentences = [part for pair in words.table().values() for part in pair if HAN.search(part)]
    assert [said for said in sentences if HALF_WIDTH.search(said)] == []


def test_what_is_declared_has_chinese_brackets_and_commas_too() -> None:
    """Labels, boxes and reasons stand beside the sentences above. What finds text (an expression) is not said to anybody."""
    wrong = [
        f"{path.name}: {one}"
        for folder in ("kernel", "registry", "modules")
        for path in sorted((UI.parent / folder).rglob("*.py"))
        for one in sorted(declared(path.read_text("utf-8")))
        if BRACKETS.search(one)
    ]
    assert wrong == []
    source = 'field("登记(注销)")\nre.compile("(楼|栋)")'
    assert [one for one in declared(source) if BRACKETS.search(one)] == ["登记(注销)"]
    ours = [path for path in resource("codes").glob("*.csv") if not path.name.startswith("gb")]
    tables = [csv.DictReader(path.read_text("utf-8-sig").splitlines()) for path in ours]
    labels = [row["label"] for table in tables for row in table]
    assert "农（牧）民" in labels and [label for label in labels if BRACKETS.search(label)] == []


def declared(source: str) -> set[str]:
    """The texts of a source but for what its comments and its regular expressions say."""
    tree = ast.parse(source)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") == "re":
            silent |= {id(part) for one in node.args for part in ast.walk(one)}
    texts = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {n.value for n in texts if id(n) not in silent}


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_chinese_is_hard_wired_in_a_screen() -> None:
    for path in UI.rglob("*.py"):
        text = path.read_text("utf-8").replace(ALLOWED_HAN.get(path.name, "\0"), "")
        tree = ast.parse(text)
        told = {n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        strings = [
            n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n not in told
        ]
        assert [n.value for n in strings if HAN.search(n.value) and n.value != "白云"] == [], path.name

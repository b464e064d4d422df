"""The page of keys names each key that a file of the window listens for, and none that nobody listens for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from baiyun_desktop.ui import words
from baiyun_desktop.ui.guide.keys import GROUPS, keys_text

UI = Path(words.__file__).parent
SAME = {"Return": "Enter", "Escape": "Esc", "PageUp": "PgUp", "PageDown": "PgDown"}
PASSED_BY = {
    "edit.py": {"Up", "Down", "PgUp", "PgDown", "Esc"},  # left to an input method that is composing
    "fields/other.py": {"Esc"},
    "log_in.py": {"Esc"},  # closes no log-in
    "first_run.py": {"Esc", "Enter"},  # says so itself, page by page
}
"""Keys that a file looks at without doing anything for an officer that the page of keys would have to say."""
STANDARD = {"Copy": "Ctrl+C", "Paste": "Ctrl+V"}


def last(keys: str) -> str:
    """The key itself, without those held with it."""
    return keys.rpartition("+")[2]


def text_of(node: ast.expr) -> str:
    """A key written in the code; a number put into it stands as {}."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def bound(tree: ast.AST) -> Iterator[str]:
    """What a file listens for: shortcuts whole, and of its key events the key alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("QKeySequence", "bind"):
                yield from (whole(text_of(arg)) for arg in node.args if text_of(arg))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "KEY":
            yield text_of(node.value)
        if isinstance(node, ast.Attribute) and node.attr.startswith("Key_"):
            yield SAME.get(node.attr[4:], node.attr[4:])
        if isinstance(node, ast.Attribute) and getattr(node.value, "attr", "") == "StandardKey":
            yield STANDARD[node.attr]


def whole(keys: str) -> str:
    """One name for a key that Qt has two for."""
    head, plus, key = keys.rpartition("+")
    return f"{head}{plus}{SAME.get(key, key)}"


def declared(file: str) -> set[str]:
    return {keys for group in GROUPS for key in group.keys if file in key.at for keys in key.keys}


def test_each_key_that_is_listened_for_is_on_the_page_and_no_other() -> None:
    for path in sorted(UI.rglob("*.py")):
        file = path.relative_to(UI).as_posix()
        text, said = path.read_text("utf-8"), declared(file)
        found = set(bound(ast.parse(text))) if "Key" in text or "bind(" in text or "KEY" in text else set()
        unsaid = {key for key in found if key not in said and key not in {last(keys) for keys in said}}
        assert unsaid == PASSED_BY.get(file, set()), file
        assert {keys for keys in said if keys not in found and last(keys) not in found} == set(), file


def test_the_page_says_what_each_does_in_both_languages() -> None:
    try:
        for language in words.LANGUAGES:
            words.set_language(language)
            page = keys_text()
            assert page.startswith(f"# {words.say('guide.keys')}\n")
            for group in GROUPS:
                assert f"## {words.say(group.word)}" in page
                for key in group.keys:
                    assert f"| {key.shown} | {words.say(key.word)} |" in page
    finally:
        words.set_language("zh")
    assert "| Alt+1 … Alt+9 |" in page
    assert "| ↑ / ↓ |" in page

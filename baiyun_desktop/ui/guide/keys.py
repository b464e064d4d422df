"""Every key of the window, declared once with the file that listens for it, so that the printed page never goes stale.

A test reads each of these files and finds the same keys there, no more and no fewer.
"""

from __future__ import annotations

from dataclasses import dataclass

from baiyun_desktop.ui.words import say

ANY_DIGIT = "{}"
"""In a key: a digit from 1 to 9."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key or several that do one thing."""

    keys: tuple[str, ...]
    word: str
    """What it does: a key of the table of words."""
    at: tuple[str, ...]
    """The files that listen for it, below the folder of the window's code."""

    @property
    def shown(self) -> str:
        """As it is printed."""
        return " / ".join(_shown(key) for key in self.keys)


@dataclass(frozen=True, slots=True)
class Group:
    """Keys of one place."""

    word: str
    keys: tuple[Key, ...]


def _shown(key: str) -> str:
    if ANY_DIGIT in key:
        return f"{key.format(1)} … {key.format(9)}"
    for name, mark in (("Left", "←"), ("Right", "→"), ("Up", "↑"), ("Down", "↓"), ("PgDown", "PgDn")):
        head, plus, last = key.rpartition("+")
        if last == name:
            return f"{head}{plus}{mark}"
    return key


WINDOW = Group("keys.window", (
    Key(("F1",), "keys.help", ("window.py",)),
    Key(("Ctrl+K",), "keys.search", ("window.py", "search_box.py")),
    Key(("Ctrl+Enter",), "keys.go_on_with", ("edit.py",)),
    Key((f"Alt+{ANY_DIGIT}",), "keys.place", ("window.py",)),
    Key(("Alt+Left",), "keys.back", ("window.py",)),
    Key(("F6",), "keys.other_pane", ("window.py",)),
    Key(("Ctrl+L",), "keys.lock", ("window.py",)),
    Key(("Enter",), "keys.press", ("parts.py",)),
))  # fmt: skip
FORMS = Group("keys.forms", (
    Key(("Enter",), "keys.next", ("edit.py", "fields/other.py")),
    Key(("Ctrl+V",), "keys.paste_line", ("edit.py",)),
    Key(("Ctrl+S",), "keys.save", ("record_page.py",)),
    Key(("Ctrl+Enter",), "keys.save_from_field", ("edit.py", "fields/other.py")),
    Key(("Down",), "keys.choices", ("fields/code.py",)),
    Key(("Up", "Down"), "keys.walk_choices", ("suggest.py", "reveal.py")),
    Key(("PgUp", "PgDown"), "keys.page_choices", ("suggest.py",)),
    Key(("Enter",), "keys.take_choice", ("suggest.py",)),
    Key(("Esc",), "keys.drop_choices", ("suggest.py",)),
    Key(("F2",), "keys.reveal", ("reveal.py",)),
    Key(("Alt+.",), "keys.dot", ("fields/line.py",)),
))  # fmt: skip
FAMILY = Group("keys.family", (
    Key(("Ctrl+D",), "keys.as_above", ("sheet_cell.py",)),
    Key(("Up", "Down"), "keys.walk_lines", ("sheet_cell.py",)),
    Key(("Ctrl+Enter",), "keys.save_family", ("sheet_page.py",)),
))  # fmt: skip
LISTS = Group("keys.lists", (
    Key(("Ctrl+N",), "keys.new", ("list_page.py",)),
    Key(("Ctrl+F",), "keys.filter", ("list_page.py", "admin/table_page.py")),
    Key(("Enter",), "keys.open_row", ("table_view.py",)),
    Key(("Ctrl+C",), "keys.copy", ("table_view.py",)),
    Key(("F5",), "keys.ask_again", ("admin/asking.py",)),
))  # fmt: skip
VISITS = Group("keys.visits", (
    Key((ANY_DIGIT,), "keys.found", ("visit_walk.py",)),
    Key(("N", "Enter"), "keys.note", ("visit_walk.py",)),
    Key(("O",), "keys.open_visited", ("visit_walk.py",)),
    Key(("Esc",), "keys.leave_walk", ("visit_walk.py",)),
))  # fmt: skip
CONTESTS = Group("keys.contests", (
    Key((f"Ctrl+{ANY_DIGIT}",), "keys.use_side", ("contests_page.py",)),
    Key(("Ctrl+0",), "keys.use_other", ("contests_page.py",)),
    Key(("Ctrl+Up", "Ctrl+Down"), "keys.next_contest", ("contests_page.py",)),
    Key(("Esc",), "keys.drop", ("contest_other.py", "contest_all.py", "joined_strip.py", "tray_card.py")),
))  # fmt: skip
PAPERS = Group("keys.papers", (
    Key(("Ctrl+P",), "keys.print", ("paper_window.py", "guide/window.py")),
    Key(("Ctrl+O",), "keys.open_file", ("import_page.py",)),
    Key(("Space",), "keys.tick", ("import_table.py",)),
))  # fmt: skip
GUIDE = Group("keys.guide", (
    Key(("Ctrl+F",), "keys.find_page", ("guide/window.py",)),
    Key(("Alt+Left",), "keys.page_before", ("guide/window.py",)),
    Key(("Ctrl+PgUp", "Ctrl+PgDown"), "keys.turn_page", ("guide/window.py",)),
    Key(("Esc",), "keys.close_guide", ("guide/window.py",)),
))  # fmt: skip
GROUPS = (WINDOW, FORMS, FAMILY, LISTS, VISITS, CONTESTS, PAPERS, GUIDE)


def keys_text() -> str:
    """The page of keys as the guide has its pages."""
    parts = [f"# {say('guide.keys')}", "", say("guide.keys_help"), ""]
    for group in GROUPS:
        parts += [f"## {say(group.word)}", "", f"| {say('guide.key')} | {say('guide.does')} |", "|---|---|"]
        parts += [f"| {key.shown} | {say(key.word)} |" for key in group.keys]
        parts.append("")
    return "\n".join(parts)

"""What stands in an open form or sheet as plain values, and back: as it was typed, also where it cannot be read yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.unsaved import snapshot_from, snapshot_of
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.fields.code import CodeField
from baiyun_desktop.ui.fields.reference import ReferenceField
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.restored_sheet import sheet_from, typed_in_sheet
from baiyun_desktop.ui.sheet_page import SheetPage
from baiyun_desktop.ui.shell import Page, Shell

Body = dict[str, Any]


def typed_in(page: Page) -> Body | None:
    """What a page holds that is not saved, or None for a page without a form."""
    if isinstance(page, RecordPage):
        return _typed_in_record(page)
    if isinstance(page, SheetPage):
        shared = {path: standing(field) for path, field in page.shared.items()}
        return typed_in_sheet(page, shared, caret({f"shared:{p}": f for p, f in page.shared.items()} | _cells(page)))
    return None


def page_from(shell: Shell, body: Body) -> Page | None:
    """A page that shows it again; None where it cannot be shown, since its record or its kind is not here any more.

    A page that says it holds nothing unsaved was saved in the moment before the crash.
    """
    if body["page"] == "record":
        return _record_from(shell, body)
    page = sheet_from(shell, body)
    if page is not None:
        for path, state in body["shared"].items():
            if path in page.shared:
                put_back(page.shared[path], state)
        page._edited()
    return page


def put_caret(page: Page, body: Body) -> None:
    """The caret where it was when the form was kept."""
    if body.get("caret") is None:
        return
    name, at = body["caret"]
    if isinstance(page, RecordPage):
        places: Mapping[str, QWidget] = {name: row.field for name, row in page.body.rows.items()}
    elif isinstance(page, SheetPage):
        places = {f"shared:{p}": f for p, f in page.shared.items()} | _cells(page)
    else:
        return
    place = places.get(name)
    if place is None:
        return
    place.setFocus()
    edit = place.focusProxy() or place
    if isinstance(edit, QLineEdit):
        edit.deselect()
        edit.setCursorPosition(at)
    elif isinstance(edit, QPlainTextEdit):
        cursor = edit.textCursor()
        cursor.setPosition(min(at, len(edit.toPlainText())))
        edit.setTextCursor(cursor)


def words_in(body: Body) -> str:
    """All that was typed, a line each, to be copied where the form itself cannot be shown."""
    fields = body["fields"] if body["page"] == "record" else body["shared"]
    lines = [str(state.get("text") or state.get("value") or "") for state in fields.values()]
    lines += ["\t".join(text for text, *_ in line["cells"].values()) for line in body.get("lines", ())]
    return "\n".join(line for line in lines if line.strip())


# --- one editor -----------------------------------------------------------------------------------------------------


def standing(field: Field) -> Body:
    """One editor: its text as typed, or its value where something was chosen rather than typed."""
    edit = getattr(field, "edit", None)
    if isinstance(edit, QPlainTextEdit):
        return {"text": edit.toPlainText()}
    chosen = isinstance(field, (CodeField, ReferenceField)) and field.value() is not None
    if isinstance(edit, QLineEdit) and not edit.isReadOnly() and not chosen:
        return {"text": edit.text()}
    return {"value": field.value()}


def put_back(field: Field, state: Body) -> None:
    """The editor as it stood. A number that was being typed is not covered: its typist goes on with it."""
    if "value" in state:
        field.show_value(state["value"])
        return
    edit = getattr(field, "edit", None)
    if isinstance(edit, QPlainTextEdit):
        field.show_value(state["text"])
    elif isinstance(edit, QLineEdit):
        field.show_value(None)
        edit.setText(state["text"])


def caret(places: Mapping[str, QWidget]) -> list[Any] | None:
    """[name of the editor with the caret, its position], or None where it is in none of these."""
    focus = QApplication.focusWidget()
    if focus is None:
        return None
    for name, place in places.items():
        if place is focus or place.isAncestorOf(focus):
            if isinstance(focus, QPlainTextEdit):
                return [name, focus.textCursor().position()]
            return [name, focus.cursorPosition() if isinstance(focus, QLineEdit) else 0]
    return None


def _cells(page: SheetPage) -> dict[str, QWidget]:
    return {f"{n}:{path}": cell for n, line in enumerate(page.lines) for path, cell in line.cells.items()}


# --- a record's form ------------------------------------------------------------------------------------------------


def _typed_in_record(page: RecordPage) -> Body:
    if page.record is None and not page._new_id:
        page._new_id = page.shell.desk.replica.ids.new()  # else a save just before a crash would be typed in twice
    rows = {name: page.body.rows[name] for name in sorted(page._edited) if name in page.body.rows}
    return {
        "page": "record",
        "title": page.title,
        "kind": page.kind.name,
        "record": page.record,
        "new_id": page._new_id,
        "given": page._given,
        "seen": snapshot_of(page._seen),
        "fields": {name: standing(row.field) for name, row in rows.items()},
        "implied": page._implied,
        "caret": caret({name: row.field for name, row in page.body.rows.items()}),
    }


def _record_from(shell: Shell, body: Body) -> RecordPage | None:
    kind, record, read = body["kind"], body["record"], shell.desk.replica.read
    if kind not in shell.desk.program.kinds:
        return None
    if record is None and read.get(kind, body["new_id"]) is not None:
        record = body["new_id"]
    now = read.get(kind, record) if record is not None else None
    if record is not None and now is None:
        return None
    page = RecordPage(shell, kind, record, body["given"], new_id=body["new_id"])
    if body["seen"] is not None and now is not None:
        page._seen = snapshot_from(body["seen"], now.base)
        page.body.show_values(page._seen.values)
    page._implied = dict(body["implied"])
    for name, state in body["fields"].items():
        if name in page.body.rows:
            row = page.body.rows[name]
            put_back(row.field, state)
            row.review()
            row.show(True)
            page._note_edit(name)
    if now is not None and _is_stored(page, now):
        page._load()
    else:
        page._show_foot()
        if record is not None:
            page.refresh()  # says so where the record has moved on since
    return page


def _is_stored(page: RecordPage, now: Snapshot) -> bool:
    """Whether the record says all this already: the save had reached the disk."""
    fields = [page.body.rows[name].field for name in page._edited if name in page.body.rows]
    return not any(field.odd or field.value() != now.values.get(field.info.name) for field in fields)

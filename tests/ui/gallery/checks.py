"""What a machine can see wrong with a window: cut text, things outside, near misses of an edge, faint words, no name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QFontMetrics, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QTableView,
    QWidget,
)

from baiyun_desktop.ui import colours
from baiyun_desktop.ui.admin.table_page import TablePage
from baiyun_desktop.ui.parts import Elided

NEAR_PX = 5
"""Edges that lie closer than this and are not the same were meant to be one."""
TEXT_RATIO, HIGH_RATIO = 4.5, 7.0
"""WCAG 2.2, 1.4.3 and 1.4.6."""
_ROLES = QAccessible.Role
ASKED_FOR_NAME = frozenset(
    {_ROLES.PushButton, _ROLES.CheckBox, _ROLES.RadioButton, _ROLES.EditableText, _ROLES.ComboBox, _ROLES.List,
     _ROLES.Table, _ROLES.Tree, _ROLES.SpinBox, _ROLES.ButtonMenu, _ROLES.PageTab, _ROLES.ProgressBar}
)  # fmt: skip


def faults(root: QWidget, room: QRect | None = None) -> list[str]:
    """A sentence for each thing wrong; `root` is shown, `room` the screen that it must fit on."""
    picture = root.grab().toImage()
    found = [f"{_called(root)}: {root.width()}x{root.height()} on {room.width()}x{room.height()}"
             for _ in [0] if room is not None and not _fits(root, room)]  # fmt: skip
    for widget in shown(root):
        found += [
            f"{_called(widget)}: {said}" for said in (*_cut(widget), *_outside(widget), *_faint(widget, root, picture))
        ]
        found += [f"{_called(widget)}: {said}" for said in _near_misses(widget)]
    return [*found, *nameless(root)]


def shown(root: QWidget) -> list[QWidget]:
    """All in sight, as far as it is not a window of its own or scrolled away."""
    return [w for w in root.findChildren(QWidget) if w.isVisible() and w.window() is root.window() and w.width() > 0]


def _called(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} {words or widget.objectName()!r}".strip()


def _fits(root: QWidget, room: QRect) -> bool:
    return root.width() <= room.width() and root.height() <= room.height()


# --- words --------------------------------------------------------------------------------------------------------


def _cut(widget: QWidget) -> Iterator[str]:
    """Text that has less room than it takes."""
    if isinstance(widget, Elided):
        return
    if isinstance(widget, QLabel) and widget.text():
        yield from _label_cut(widget)
    elif isinstance(widget, QPushButton | QCheckBox | QRadioButton) and widget.text():
        if widget.width() + 1 < widget.sizeHint().width():
            yield f"cut, {widget.width()} px for {widget.sizeHint().width()}"
        if widget.height() + 1 < widget.fontMetrics().height():
            yield f"lower than its letters, {widget.height()} px"
    elif isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        box = QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        inner = widget.style().subControlRect(*box).width()
        wide = _wide(widget.fontMetrics(), widget.currentText())
        if wide > inner and widget.currentText() not in widget.toolTip():
            yield f"choice cut, {inner} px for {wide}"
    elif isinstance(widget, QLineEdit):
        words = widget.text() if widget.isReadOnly() else "" if widget.text() else widget.placeholderText()
        inner = widget.width() - 2 - 14
        if _wide(widget.fontMetrics(), words) > inner and words not in widget.toolTip():
            yield f"{words!r} cut, {inner} px"
    elif isinstance(widget, QTableView):
        yield from _table_cut(widget)


def _label_cut(label: QLabel) -> Iterator[str]:
    if not label.wordWrap():
        if label.width() + 1 < label.sizeHint().width():
            yield f"cut, {label.width()} px for {label.sizeHint().width()}"
    elif label.height() + 1 < label.heightForWidth(label.width()):
        yield f"wrapped and cut, {label.height()} px for {label.heightForWidth(label.width())}"
    if label.height() + 1 < label.fontMetrics().height():
        yield f"lower than its letters, {label.height()} px"


def _table_cut(table: QTableView) -> Iterator[str]:
    head, model = table.horizontalHeader(), table.model()
    for at in range(model.columnCount() if model is not None else 0):
        words = str(model.headerData(at, Qt.Orientation.Horizontal) or "")
        wide = _wide(QFontMetrics(head.font()), words) + 16
        if not table.isColumnHidden(at) and head.sectionSize(at) < wide:
            yield f"column {words!r} cut, {head.sectionSize(at)} px for {wide}"
    bar = table.horizontalScrollBar()
    if bar.isVisible() and bar.maximum() > bar.minimum() and _sheds_columns(table):
        yield f"scrolls sideways by {bar.maximum()} px of {table.viewport().width()}"


def _sheds_columns(table: QWidget) -> bool:
    """An administrator's table has room for what it shows; a clerk's ledger is as wide as its officers want it."""
    parent = table.parentWidget()
    return parent is not None and (isinstance(parent, TablePage) or _sheds_columns(parent))


def _wide(metrics: QFontMetrics, words: str) -> int:
    return metrics.horizontalAdvance(words)


# --- places -------------------------------------------------------------------------------------------------------


def _outside(widget: QWidget) -> Iterator[str]:
    """Where a widget sticks out of the one it stands in; a scrolled page may be longer than its window, never wider."""
    parent = widget.parentWidget()
    if parent is None or isinstance(widget, QScrollBar) or isinstance(parent, QAbstractScrollArea | QLineEdit):
        return
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
        if isinstance(area, QScrollArea) and widget.width() > parent.width() + 1:
            yield f"{widget.width()} px wide, its page has {parent.width()}"
        return
    if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
        yield f"outside {_called(parent)}: {_rect(widget.geometry())} in {parent.width()}x{parent.height()}"


def _rect(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"


def _near_misses(parent: QWidget) -> Iterator[str]:
    """Children that lie over each other, or one below the other with left edges that nearly meet."""
    if parent.layout() is None:
        return
    held = [c for c in parent.children() if isinstance(c, QWidget) and c.isVisible() and not c.isWindow()]
    children = sorted((c for c in held if not c.property("popup")), key=lambda c: (c.y(), c.x()))
    for one, other in pairwise(children):
        over = one.geometry().intersected(other.geometry())
        if over.width() > 2 and over.height() > 2:
            yield f"{_called(one)} and {_called(other)} lie over each other by {over.width()}x{over.height()} px"
        apart = abs(one.x() - other.x())
        if other.y() >= one.y() + one.height() and 0 < apart < NEAR_PX and isinstance(other, type(one)):
            yield f"{_called(one)} and {_called(other)} are {apart} px from one edge"


# --- colours ------------------------------------------------------------------------------------------------------


def ratio(one: QColor, other: QColor) -> float:
    """Contrast as WCAG 2.2 reckons it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
             for c in (colour.redF(), colour.greenF(), colour.blueF()))  # fmt: skip
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _faint(widget: QWidget, root: QWidget, picture: QImage) -> Iterator[str]:
    """Words that stand out too little from what is behind them; what is switched off may."""
    if not isinstance(widget, QLabel | QAbstractButton) or not widget.text() or not widget.isEnabled():
        return
    visible = widget.visibleRegion().boundingRect()
    if visible.width() < 4 or visible.height() < 4:
        return
    role = QPalette.ColorRole.ButtonText if isinstance(widget, QAbstractButton) else widget.foregroundRole()
    ink, behind = widget.palette().color(role), _behind(widget, root, picture, visible)
    least = HIGH_RATIO if "contrast" in colours.current().name else TEXT_RATIO
    if ratio(ink, behind) < least:
        yield f"contrast {ratio(ink, behind):.1f}, {ink.name()} on {behind.name()}"


def _behind(widget: QWidget, root: QWidget, picture: QImage, visible: QRect) -> QColor:
    """The colour that most of it has."""
    dense = picture.devicePixelRatio()
    at = widget.mapTo(root, visible.topLeft())
    found: Counter[int] = Counter()
    for y in range(1, visible.height() - 1, 3):
        for x in range(1, visible.width() - 1, 3):
            point = QPoint(int((at.x() + x) * dense), int((at.y() + y) * dense))
            if picture.rect().contains(point):
                found[picture.pixel(point)] += 1
    return QColor(found.most_common(1)[0][0]) if found else widget.palette().window().color()


# --- names --------------------------------------------------------------------------------------------------------


def nameless(root: QWidget) -> list[str]:
    """Controls without a name, met as a screen reader meets them: from the window down through the interfaces."""
    top = QAccessible.queryAccessibleInterface(root)
    return [] if top is None else list(_walk(top))


def _walk(at: QAccessibleInterface) -> Iterator[str]:
    role, state = at.role(), at.state()
    if state.invisible:  # type: ignore[attr-defined]
        return
    if role in ASKED_FOR_NAME and not at.text(QAccessible.Text.Name).strip():
        yield f"no name: {at.object()!r}"
    if role in (_ROLES.Table, _ROLES.List, _ROLES.Tree, _ROLES.ComboBox, _ROLES.EditableText):
        return  # its rows say themselves
    for number in range(at.childCount()):
        child = at.child(number)
        if child is not None:
            yield from _walk(child)


def without_sight_of_focus(root: QWidget) -> list[str]:
    """Controls that look the same with the caret and without."""
    found = []
    for widget in shown(root):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None and widget.isEnabled()
        if not takes or widget.visibleRegion().isEmpty():
            continue
        _calm(root).setFocus(Qt.FocusReason.OtherFocusReason)
        before = _look(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus() and _look(widget) == before:
            found.append(f"{_called(widget)}: the caret is not seen")
    return found


def _calm(root: QWidget) -> QWidget:
    """Something to have the caret meanwhile."""
    made = root.findChild(QWidget, "calm")
    if made is None:
        made = QWidget(root)
        made.setObjectName("calm")
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setGeometry(0, 0, 1, 1)
        made.show()
    return made


def _look(widget: QWidget) -> QImage:
    around = widget.parentWidget() or widget
    return around.grab(widget.geometry() if around is not widget else widget.rect()).toImage()

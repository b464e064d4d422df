"""What an officer narrows a list by, in words that stay true tomorrow: kept by name, and turned into a filter when asked.

"The last 30 days" is kept as that and not as two dates, so that a filter saved in spring still means what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

import msgspec

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.mask import GUARDED
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.replica.filters import Either, HasCode, OneOf, Where


class How(Enum):
    """How a field is compared; the value is what is kept, the window has the words."""

    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    FROM = "from"
    UNTIL = "until"
    LAST_DAYS = "last_days"
    NEXT_DAYS = "next_days"
    THIS_MONTH = "this_month"
    THIS_YEAR = "this_year"
    EMPTY = "empty"
    GIVEN = "given"


BARE = frozenset({How.EMPTY, How.GIVEN, How.THIS_MONTH, How.THIS_YEAR})
"""What needs no value."""
DAYS = frozenset({How.LAST_DAYS, How.NEXT_DAYS})
_WHETHER = (How.EMPTY, How.GIVEN)
_DATED = (How.LAST_DAYS, How.NEXT_DAYS, How.THIS_MONTH, How.THIS_YEAR, How.FROM, How.UNTIL)
DAYS_MAX = 3660


class Narrow(msgspec.Struct, frozen=True):
    """One condition. Of codes and states there may be several values; days are ISO text or how many there are."""

    field: str
    how: How
    values: tuple[str | int | bool, ...] = ()


class Width(msgspec.Struct, frozen=True):
    """One column of a list and its width in pixels; 0 leaves it as declared."""

    key: str
    px: int = 0


class Look(msgspec.Struct, frozen=True):
    """How an officer looks at a list; what is empty is as the list was declared."""

    narrows: tuple[Narrow, ...] = ()
    sort: tuple[str, ...] = ()
    columns: tuple[Width, ...] = ()


def ways(info: FieldInfo) -> tuple[How, ...]:
    """How a field may be asked.

    Of a number that is covered only whether it is there: whoever has one in hand types it into the search, and a
    filter that tells digit by digit would uncover it.
    """
    if info.mask in GUARDED:
        return _WHETHER
    if chosen(info):
        return (How.ONE_OF, How.NONE_OF, *_WHETHER)
    if dated(info):
        return (*_DATED, *_WHETHER)
    if info.kind is Kind.INT:
        return (How.FROM, How.UNTIL, *_WHETHER)
    if info.kind is Kind.TEXT:
        return (How.CONTAINS, *_WHETHER)
    return _WHETHER


def chosen(info: FieldInfo) -> bool:
    """Whether its values are chosen from a few and not typed."""
    return info.codes is not None or info.derived == "movements" or info.kind is Kind.BOOL


def dated(info: FieldInfo) -> bool:
    """Whether it is a day, also one that follows from a time limit."""
    return info.kind is Kind.DATE or info.derived == "deadlines"


def narrows_of(conditions: Iterable[Condition], besides: Iterable[Condition]) -> tuple[Narrow, ...]:
    """Declared conditions as an officer would have made them; without those that a list has `besides` anyway."""
    known = set(besides)
    wanted = [one for one in conditions if one not in known]
    dated = {one.field for one in wanted if one.test is Test.BEFORE}
    found = [Narrow(one.field, How.UNTIL, (_before(str(one.value)),)) for one in wanted if one.test is Test.BEFORE]
    for one in wanted:
        if one.test is Test.GIVEN and one.field not in dated:
            found.append(Narrow(one.field, How.GIVEN))
        elif one.test is Test.IS and isinstance(one.value, str):
            found.append(Narrow(one.field, How.ONE_OF, (one.value,)))
    for field in dict.fromkeys(one.field for one in wanted if one.test is Test.IS_NOT):
        values = tuple(str(one.value) for one in wanted if one.test is Test.IS_NOT and one.field == field)
        found.append(Narrow(field, How.NONE_OF, values))
    return tuple(found)


def where_of(narrows: Iterable[Narrow], info_at: dict[str, FieldInfo], day: date) -> list[Where]:
    """The filter that they mean on that day; one about a field that is no more, or lacks its value, is passed over."""
    found = []
    for narrow in narrows:
        info = info_at.get(narrow.field)
        if info is not None and narrow.how in ways(info) and (narrow.values or narrow.how in BARE):
            found += _where(narrow, info, day)
    return found


def _where(narrow: Narrow, info: FieldInfo, day: date) -> list[Where]:
    field, values = narrow.field, narrow.values
    match narrow.how:
        case How.EMPTY:
            return [Condition(field, Test.EMPTY)]
        case How.GIVEN:
            return [Condition(field, Test.GIVEN)]
        case How.CONTAINS:
            return [Condition(field, Test.CONTAINS, values[0])]
        case How.ONE_OF:
            if info.kind is Kind.CODES:
                return [Either(tuple(HasCode(field, str(value)) for value in values))]
            return [OneOf(field, values)]
        case How.NONE_OF:
            return [Condition(field, Test.LACKS if info.kind is Kind.CODES else Test.IS_NOT, value) for value in values]
        case How.FROM:
            return [Condition(field, Test.FROM, values[0])]
        case How.UNTIL:
            return [Condition(field, Test.BEFORE, _after(values[0]))]
        case _:
            first, last = _span(narrow, day)
            return [
                Condition(field, Test.FROM, first.isoformat()),
                Condition(field, Test.BEFORE, _after(last.isoformat())),
            ]


def _span(narrow: Narrow, day: date) -> tuple[date, date]:
    """Both days included; today counts as one of them."""
    many = timedelta(days=min(max(int(narrow.values[0]), 1), DAYS_MAX) - 1) if narrow.how in DAYS else timedelta()
    match narrow.how:
        case How.LAST_DAYS:
            return day - many, day
        case How.NEXT_DAYS:
            return day, day + many
        case How.THIS_MONTH:
            first = day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            return day.replace(month=1, day=1), day.replace(month=12, day=31)


def _after(last: str | int | bool) -> str | int:
    """What comes next: a day or a whole number up to which something goes is counted in."""
    if isinstance(last, int):
        return last + 1
    return (date.fromisoformat(last) + timedelta(days=1)).isoformat()


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()

"""Holds what was played against the district's books by SQL: each record with its last step, each step on its day, everybody."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from baiyun_desktop.stories.migrants.acts import Acts
from baiyun_desktop.stories.migrants.figures import Books
from baiyun_desktop.stories.migrants.mishaps import DIFFERENT, Mishaps
from baiyun_desktop.stories.migrants.script import MONTH

FAMILIES = set("1234567")
"""Of services, beside the others."""

_RECORDS = """
WITH taken AS (
  SELECT said(payload, 'subject') AS record, said(payload, 'verb') AS verb,
         row_number() OVER (PARTITION BY said(payload, 'subject') ORDER BY created DESC) AS back
  FROM head WHERE collection = 'movement' AND NOT voided AND said(payload, 'judgement') = 'accepted'
    AND said(payload, 'officer') <> 'system'
)
SELECT head.record, head.collection, coalesce(taken.verb, '')
FROM head LEFT JOIN taken ON taken.record = head.record AND taken.back = 1
WHERE head.collection = ? AND NOT head.voided
"""
_STEPS = """
SELECT said(payload, 'subject_kind'), said(payload, 'verb'), said(payload, 'stated_date'), count(*)
FROM head WHERE collection = 'movement' AND NOT voided AND said(payload, 'judgement') = 'accepted'
  AND said(payload, 'officer') <> 'system'
GROUP BY 1, 2, 3
"""
_PEOPLE = """
SELECT said(payload, 'id_no'), count(*) FROM head
WHERE collection = 'person' AND NOT voided AND said(payload, 'id_no') IS NOT NULL GROUP BY 1
"""
_FAMILIES = """
SELECT said(item.payload, 'family'), count(*) FROM head
JOIN head AS item ON item.collection = 'service_item' AND item.record = said(head.payload, 'item')
WHERE head.collection = 'service_ticket' AND NOT head.voided GROUP BY 1
"""
_EMPLOYER = "SELECT said(payload, 'work_unit') FROM head WHERE collection = 'person' AND record = ?"
_ANSWERED = "SELECT count(*) FROM head WHERE collection = 'doubt' AND said(payload, 'state') = ?"
_DATES = "SELECT count(*) FROM head WHERE collection = 'doubt' AND said(payload, 'grade') = 'date'"


def checks(acts: Acts, mishaps: Mishaps, books: Books, counted: list[str]) -> dict[str, bool]:
    """What was kept while playing, which has read no database, against the district's."""
    kinds = {*counted, *(kind for kind, _ in acts.made.values())}
    with books.open() as conn:
        made = {record: (kind, verb) for k in kinds for record, kind, verb in conn.exec_driver_sql(_RECORDS, (k,))}
        steps = {(kind, verb, day): count for kind, verb, day, count in conn.exec_driver_sql(_STEPS)}
        people = {str(number): int(count) for number, count in conn.exec_driver_sql(_PEOPLE)}
        employers = {record: conn.exec_driver_sql(_EMPLOYER, (record,)).scalar() for record in mishaps.chosen}
        apart = conn.exec_driver_sql(_ANSWERED, (DIFFERENT,)).scalar_one()
        dates = conn.exec_driver_sql(_DATES).scalar_one()
    return {
        "each record that was made is there once with its last step, and no other": _same("records", acts.made, made),
        "each step that was taken stands on its stated day": _same("steps", acts.steps, steps),
        "nobody who was entered is lost or there twice": _same("people", acts.typed, people),
        "each employer that was decided about stands": _same("employers", mishaps.chosen, employers),
        "people of one name were told apart": apart == mishaps.namesakes > 0,
        "no clock put a stated day in doubt": dates == 0,
        "tickets of all seven families were taken in": set(families(books)) >= FAMILIES,
    }


def families(books: Books) -> dict[str, int]:
    """How many tickets there are, by the family of their service."""
    with books.open() as conn:
        return {str(family): int(count) for family, count in sorted(conn.exec_driver_sql(_FAMILIES))}


def of_month(books: Books) -> dict[str, int]:
    """How often each step was taken in the month, as the district's books have it."""
    found: Counter[str] = Counter()
    with books.open() as conn:
        for kind, verb, day, count in conn.exec_driver_sql(_STEPS):
            if str(day).startswith(f"{MONTH:%Y-%m}"):
                found[f"{kind} {verb}"] += count
    return dict(sorted(found.items()))


def _same(what: str, here: Mapping[Any, Any], there: Mapping[Any, Any]) -> bool:
    odd = [
        (key, here.get(key), there.get(key)) for key in here.keys() | there.keys() if here.get(key) != there.get(key)
    ]
    if odd:
        sys.stderr.write(f"{len(odd)} {what} differ between what was played and the district, such as {odd[:3]}\n")
    return not odd and bool(here)

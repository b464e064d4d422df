"""What several matters ask about a person: how old, from where, and who at the centre's counters takes a step."""

from __future__ import annotations

from datetime import date

from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.role import POWERS, Role
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.registry.citizen_id import age_on

COMMUNITY = (Role.COMMUNITY_WORKER, Role.COMMUNITY_HEAD, Role.GRID_WORKER)
COUNTER = (*COMMUNITY, Role.MIGRANT_COUNTER)
"""The centre's own counter and the communities, which the police entrust with taking applications."""
POLICE = Role.POLICE_LIAISON
LEGAL_AID_INSTITUTION = Role.JUSTICE_BUREAU
"""The legal aid institution stands under the bureau of justice."""
AT_POLICE, AT_JUSTICE = POWERS[POLICE].tasks, POWERS[LEGAL_AID_INSTITUTION].tasks
"""Where a permit is shown to the police, and an application for legal aid to the institution, when they were sent there."""

MINOR_BELOW = 16
"""Years; below, a guardian declares for the child [local rules of other provinces: a setting, not a law of ours]."""

_CHINESE = {"CHN", "156", "CN", "中国"}
_HONG_KONG_MACAO_TAIWAN = {"118", "119", "420", "421", "511", "516"}
_FOREIGN_DOCUMENTS = {"553", "554"}


def is_foreign(person: Row) -> bool:
    """Whether someone is a foreigner by nationality or by the document shown."""
    nationality = str(person.get("nationality") or "").strip().upper()
    if nationality:
        return nationality not in _CHINESE
    return person.get("id_type") in _FOREIGN_DOCUMENTS


def from_outside_mainland(person: Row) -> bool:
    """Whether someone has the residence permit of Hong Kong, Macao or Taiwan residents instead of this one."""
    return person.get("id_type") in _HONG_KONG_MACAO_TAIWAN


def age(person: Row, day: date | None) -> int | None:
    """Years of age on a day; None where either is not known."""
    born = as_day(person.get("birth_date"))
    return age_on(born, day) if born is not None and day is not None else None


def is_minor(person: Row, day: date | None) -> bool:
    """Whether a guardian has to declare for this person on that day."""
    years = age(person, day)
    return years is not None and years < MINOR_BELOW

"""What a made-up register's people came to the centre for over the years: tickets and permits with their steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from baiyun_desktop.kernel.before import FOUND
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.modules.migrants.codes import NUMBERS
from baiyun_desktop.modules.migrants.permit.procedure import PERMIT
from baiyun_desktop.modules.migrants.ticket.catalogue import items
from baiyun_desktop.modules.migrants.ticket.procedure import TICKET
from sync.act import Change, Op

from .chance import Chance, day_of
from .register import CLERKS, DAYS, FIRST_DAY

TICKETS_A_PERSON, TICKETS_MAX = 4, 200_000
PERMITS_EVERY = 5
"""One person of so many has a permit, or is on the way to one."""
FILED = ("受理", "当场办结", "送达", "归档")
ENDED = ((FILED, 94), (("受理", "退件"), 6))
COURSES = (*ENDED, (FILED[:2], 20), (("受理", "办理"), 12), (("受理", "转部门"), 6), (FILED[:1], 8))
OPEN_DAYS = 45
"""A ticket that is older than this before the register's last day has ended: nobody waits for years."""
CARDS = (
    (("材料齐", "受理", "报公安", "制证", "制成", "发放"), 8), (("材料齐", "受理", "报公安"), 1), (("材料齐",), 1), ((), 2),
)  # fmt: skip
WISHES = (
    "居住证到期来签注 孩子要上学 问社保转移 想找工作 押金不退 工资没发 开居住证明 换电话 租房合同备案 医保报销".split()
)
Someone = tuple[str, str]
"""A person's id and area."""
_DAY_MS = 86_400_000
_NUMBERS = {pattern.name: pattern for pattern in NUMBERS}


def catalogue() -> list[Change]:
    """The items that each district starts with."""
    return [Change(kind, record, Op.CREATE, dict(values)) for kind, record, values in items()]


def tickets(people: Sequence[Someone], chance: Chance) -> Iterator[Change]:
    """Each ticket, its steps after it."""
    known = [seed[1] for seed in items() if seed[0] == "service_item"]
    for number in range(min(len(people) * TICKETS_A_PERSON, TICKETS_MAX)):
        at_ms, (person, area) = chance.office_moment(FIRST_DAY, DAYS), chance.random.choice(people)
        courses = COURSES if day_of(at_ms) > FIRST_DAY + timedelta(days=DAYS - OPEN_DAYS) else ENDED
        course, day = _drawn(courses, chance), day_of(at_ms).isoformat()
        fields = {
            "biz_no": _number("ticket", day, number), "person": person, "item": chance.random.choice(known),
            "area": area, "queue_no": f"A{number % 200:03d}", "channel": chance.pick(("1", 8), ("2", 1), ("3", 1)),
            "wish": chance.random.choice(WISHES), "accepted_on": day, "promised_on": day,
        }  # fmt: skip
        if "当场办结" in course:
            fields |= {"done_on": day, "result": chance.pick(("1", 8), ("3", 2))}
        if "归档" in course:
            fields |= {"delivered_on": day, "filed_on": day, "satisfaction": chance.pick(("5", 6), ("4", 3), (None, 3))}
        if "退件" in course:
            fields |= {"returned_on": day, "return_reason": "3"}
        yield from _with_steps("service_ticket", fields, TICKET, course, chance, at_ms)


def permits(people: Sequence[Someone], chance: Chance) -> Iterator[Change]:
    """Each permit, its steps after it, some days apart."""
    for number, (person, area) in enumerate(people[::PERMITS_EVERY]):
        at_ms = chance.office_moment(FIRST_DAY, DAYS)
        course = _drawn(CARDS, chance)
        on = [(day_of(at_ms) + timedelta(days=n)).isoformat() for n in range(len(course) + 1)]
        fields = {
            "person": person, "area": area, "basis": ["2"], "apply_by": "1", "photo_held": True,
            "reside_since": (day_of(at_ms) - timedelta(days=200 if course else 30)).isoformat(),
        }  # fmt: skip
        if course:
            fields |= {"biz_no": _number("permit", on[0], number), "apply_date": on[0]}
        if "报公安" in course:
            fields |= {"accept_date": on[1], "forwarded_on": on[2]}
        if "发放" in course:
            fields |= {
                "making_on": on[3], "permit_no": f"1502{number:08d}", "issuer": "白云鄂博公安分局", "issue_date": on[4],
                "receive_date": on[5],
            }  # fmt: skip
        yield from _with_steps("residence_permit", fields, PERMIT, course, chance, at_ms, _DAY_MS)


def _drawn(courses: Sequence[tuple[Sequence[str], int]], chance: Chance) -> Sequence[str]:
    return chance.random.choices([course for course, _ in courses], [weight for _, weight in courses])[0]


def _number(series: str, day: str, number: int) -> str:
    return _NUMBERS[series].number(year=int(day[:4]), district="白矿", unit="服务", serial=number + 1)


def _with_steps(
    kind: str,
    fields: dict[str, object],
    procedure: Procedure,
    course: Sequence[str],
    chance: Chance,
    at_ms: int,
    apart_ms: int = 400,
) -> Iterator[Change]:
    record = chance.record_id(at_ms)
    yield Change(kind, record, Op.CREATE, {k: v for k, v in fields.items() if v is not None})
    for n, verb in enumerate(course):
        later = at_ms + (n + 1) * apart_ms
        step = next(s for s in procedure.steps if s.verb == verb)
        taken = {
            "subject_kind": kind, "subject": record, "verb": verb, "stated_date": day_of(later).isoformat(),
            "officer": chance.random.choice(CLERKS), "judgement": "accepted", FOUND: list(step.sets),
        }  # fmt: skip
        yield Change(MOVEMENT, chance.record_id(later), Op.CREATE, taken)

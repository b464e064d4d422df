"""What goes wrong in a month with several desks: one person at two windows, two employers for one person; and who decides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.attention import ContestView, DoubtView
from baiyun_desktop.stories.migrants.errands import LANDLORD, REG, RENTED, STAY
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.stories.migrants.people import misspelt, namesake, visitor
from baiyun_desktop.stories.migrants.script import Seat, Turn, Visit
from baiyun_desktop.stories.stage import StoryDesk

TWICE_EVERY, CONTESTED_EVERY, NAMESAKES_EVERY = 4, 4, 9
"""On every so many office days."""
VISITORS_PER_CONTEST = 250
REGISTERED_TWICE = "4"
SAME, DIFFERENT, STANDS = "same", "different", "stands"
BOTH = "both"
"""The grade of a doubt about two that exclude each other."""
FIRST_NUMBER = 20_000
"""Beyond those of the month's visitors."""
EMPLOYERS = ("鑫源汽修二店", "白云铁矿运输队")


class Mishaps:
    """Brings them about on their days, and settles in the evening what has arrived by then."""

    def __init__(self, office: Office, rng: random.Random, people: Sequence[Visit]) -> None:
        self._office = office
        self._rng = rng
        self._people = people
        self._answered: set[str] = set()
        self._others: set[str] = set()
        """The people of one name who are not one person."""
        self.twice = self.asked = self.namesakes = self.contested = self.decided = 0
        self.chosen: dict[str, str] = {}
        """Whose employer was decided about, and which it is."""

    @property
    def open(self) -> int:
        """What waits for somebody's decision at any desk."""
        found = [desk.replica.status() for desk in self._office.desks]
        return sum(status.contests + status.doubts for status in found)

    def of_day(self, number: int, day: date) -> None:
        """The day's mishaps, by the month's office days."""
        if number % TWICE_EVERY == 1:
            self._at_two_windows(day)
        if number % NAMESAKES_EVERY == 3:
            self._of_one_name(day)
        if number % CONTESTED_EVERY == 2:
            for _ in range(1 + len(self._people) // VISITORS_PER_CONTEST):
                self._two_employers()

    def _at_two_windows(self, day: date) -> None:
        """Somebody does not wait, and is registered at both windows before either has heard of the other.

        Every second time the other window hears the name wrong, so that an officer has to say that it is one person.
        """
        one = visitor(FIRST_NUMBER + 2 * self.twice, self._rng)
        other = dict(one.people)
        if self.twice % 2:
            self.asked += 1
            other["person"] = misspelt(other["person"])
        self.twice += 1
        for n, (window, people) in enumerate(zip(self._office.windows, (one.people, other), strict=True)):
            visit = Visit(one.number, random.Random(n), one.area, people, on=day)  # noqa: S311
            self._office.take(Turn("登记", REG, {**RENTED, **LANDLORD}, new=True), visit, window.replica)

    def _of_one_name(self, day: date) -> None:
        """Two people of one name, born on one day, give their employer's telephone: nobody may take them for one."""
        one = visitor(FIRST_NUMBER + 1 + 2 * self.namesakes, self._rng)
        self.namesakes += 1
        both = (one.people, {**one.people, "person": namesake(one.people["person"])})
        for n, (window, people) in enumerate(zip(self._office.windows, both, strict=True)):
            visit = Visit(one.number, random.Random(n), one.area, people, on=day)  # noqa: S311
            self._office.take(Turn("登记", REG, STAY, new=True), visit, window.replica)
            self._others.add(visit.records["person"])

    def _two_employers(self) -> None:
        """With no line for that day, a window and the community type different employers for one person."""
        visit = self._rng.choice(self._people)
        desks = [self._office.windows[0], self._office.seat(Seat.HOME, visit, self._office.windows[0])]
        known = [desk.replica.read.get("person", visit.records.get("person", "")) for desk in desks]
        if any(snapshot is None or snapshot.get("work_unit") for snapshot in known):
            return  # not here yet, or told already
        self.contested += 1
        for desk, snapshot, words in zip(desks, known, EMPLOYERS, strict=True):
            assert snapshot is not None
            desk.turn(False)
            draft = Draft.of(snapshot, work_unit=words)
            desk.replica.door.save([draft])
            self._office.noted([draft])

    def settle(self, day: date) -> None:
        """The communities decide about their people's facts, the first window about what stands twice."""
        for desk in self._office.communities.values():
            for contest in desk.replica.read.contests():
                if contest.id not in self._answered:
                    self._decide(desk, contest)
        for doubt in self._office.windows[0].replica.read.doubts():
            if doubt.id not in self._answered:
                self._answer(self._office.windows[0], doubt, day)

    def _decide(self, desk: StoryDesk, contest: ContestView) -> None:
        last = len(contest.sides) - 1
        desk.replica.door.decide(contest.id, last, saw=contest.saw)
        self.chosen[contest.record] = str(contest.sides[last].value["work_unit"])
        self._office.noted([])
        self._done(contest.id)

    def _answer(self, desk: StoryDesk, doubt: DoubtView, day: date) -> None:
        if doubt.grade == BOTH and doubt.kind == REG:
            later = max(doubt.members)
            end = Draft.of(doubt.members[later], leave_reason=REGISTERED_TWICE)
            desk.replica.door.step(REG, later, "注销", drafts=[end], stated_date=day)
            self._office.noted([end], REG, later, "注销", day.isoformat())
        else:
            apart = DIFFERENT if self._others.issuperset(doubt.ids) else SAME
            desk.replica.door.decide_doubt(doubt.id, STANDS if doubt.question else apart)
            self._office.noted([])
        self._done(doubt.id)

    def _done(self, which: str) -> None:
        self._answered.add(which)
        self.decided += 1


def open_post(office: Office, desk: StoryDesk, day: date) -> str:
    """A post that an employer of the community offers all month."""
    visit = Visit(0, random.Random(0), desk.place.area, on=day)  # noqa: S311
    office.take(Turn("", "enterprise", {"name": f"{desk.place.name}物业服务站"}, new=True, who=""), visit, desk.replica)
    post = {"enterprise": visit.records["enterprise"], "post": "保洁员", "trade": "7", "headcount": 9,
            "pay_from": 3200, "pay_to": 4200, "valid_to": "2026-06-30"}  # fmt: skip
    office.take(Turn("发布", "job_post", post, new=True, who=""), visit, desk.replica)
    return visit.records["job_post"]

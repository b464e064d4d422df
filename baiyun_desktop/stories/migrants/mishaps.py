"""What goes wrong in a month with several desks: one person at two windows, two employers for one person; and who decides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.attention import DoubtView
from baiyun_desktop.stories.migrants.errands import LANDLORD, REG, RENTED
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.stories.migrants.people import visitor
from baiyun_desktop.stories.migrants.script import Seat, Turn, Visit
from baiyun_desktop.stories.stage import StoryDesk

TWICE_EVERY, CONTESTED_EVERY = 5, 4
"""On every so many office days."""
REGISTERED_TWICE = "4"
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
        self.twice = self.contested = self.decided = 0

    @property
    def open(self) -> int:
        """What waits for somebody's decision at any desk."""
        found = [desk.replica.status() for desk in self._office.desks]
        return sum(status.contests + status.doubts for status in found)

    def of_day(self, number: int, day: date) -> None:
        """The day's mishaps, by the month's office days."""
        if number % TWICE_EVERY == 1:
            self._at_two_windows(day)
        if number % CONTESTED_EVERY == 2:
            self._two_employers()

    def _at_two_windows(self, day: date) -> None:
        """Somebody does not wait, and is registered at both windows before either has heard of the other."""
        self.twice += 1
        person = visitor(FIRST_NUMBER + self.twice, self._rng)
        for n, window in enumerate(self._office.windows):
            visit = Visit(person.number, random.Random(n), person.area, person.people, on=day)  # noqa: S311
            self._office.take(Turn("登记", REG, {**RENTED, **LANDLORD}, new=True), visit, window.replica)

    def _two_employers(self) -> None:
        """A window and the community type different employers for one person, neither having heard of the other's."""
        visit = self._rng.choice(self._people)
        desks = [self._office.windows[0], self._office.seat(Seat.HOME, visit, self._office.windows[0])]
        known = [desk.replica.read.get("person", visit.records.get("person", "")) for desk in desks]
        if any(snapshot is None or snapshot.get("work_unit") for snapshot in known):
            return  # not here yet, or told already
        self.contested += 1
        for desk, snapshot, words in zip(desks, known, EMPLOYERS, strict=True):
            assert snapshot is not None
            desk.replica.door.save([Draft.of(snapshot, work_unit=words)])
            self._office.acts += 1

    def settle(self, day: date) -> None:
        """The communities decide about their people's facts, the first window about what stands twice."""
        for desk in self._office.communities.values():
            for contest in desk.replica.read.contests():
                if contest.id not in self._answered:
                    desk.replica.door.decide(contest.id, len(contest.sides) - 1, saw=contest.saw)
                    self._done(contest.id)
        for doubt in self._office.windows[0].replica.read.doubts():
            if doubt.id not in self._answered:
                self._answer(self._office.windows[0], doubt, day)

    def _answer(self, desk: StoryDesk, doubt: DoubtView, day: date) -> None:
        if doubt.grade == BOTH and doubt.kind == REG:
            later = max(doubt.members)
            end = Draft.of(doubt.members[later], leave_reason=REGISTERED_TWICE)
            desk.replica.door.step(REG, later, "注销", drafts=[end], stated_date=day)
        else:
            desk.replica.door.decide_doubt(doubt.id, "stands" if doubt.question else "same")
        self._done(doubt.id)

    def _done(self, which: str) -> None:
        self._answered.add(which)
        self._office.acts += 1
        self.decided += 1


def open_post(desk: StoryDesk, day: date) -> str:
    """A post that an employer of the community offers all month."""
    replica, area = desk.replica, desk.place.area
    employer = Draft.create("enterprise", replica.ids.new(), area=area, name=f"{desk.place.name}物业服务站")
    post = Draft.create(
        "job_post", replica.ids.new(), area=area, enterprise=employer.id, post="保洁员", trade="7", headcount=9,
        pay_from=3200, pay_to=4200, valid_to="2026-06-30",
    )  # fmt: skip
    replica.door.step("job_post", post.id, "发布", drafts=[employer, post], stated_date=day)
    return post.id

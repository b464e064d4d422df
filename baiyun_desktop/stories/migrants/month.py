"""The month day by day: who comes on which day, whose line is down, and what is taken up again on the next."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.registry import holidays
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.migrants import mishaps
from baiyun_desktop.stories.migrants.accidents import Accidents
from baiyun_desktop.stories.migrants.acts import NotHereYet
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.stories.migrants.people import visitors
from baiyun_desktop.stories.migrants.script import MONTH, Turn, Visit
from baiyun_desktop.stories.stage import StoryDesk

BOOK_DAYS, CLOSING_DAYS_MAX = 3, 30
"""On which the books are taken over before the month, and within which everything that was begun in it ends after it."""
AT_THE_CENTRE = 0.7
"""Of the visitors; the others come to their community."""
DOWN = 0.2
"""How often a desk has no line on a day."""
OFF_DESK, OFF_DAYS = "150206001007", range(8, 11)
"""The desk that is off for three office days, by the month's office days."""


@dataclass
class Journey:
    """A visitor's turns that are still to be taken, and the day on which the next one is."""

    visit: Visit
    turns: list[Turn]
    here: StoryDesk
    due: int


class Month:
    """Plays the errands of so many visitors."""

    def __init__(self, office: Office, count: int, seed: int, tell: Callable[[str], None]) -> None:
        self.office = office
        self.rng = random.Random(seed)  # noqa: S311  (drawn from one seed, to be played again)
        self.count = count
        self.waits = 0
        """How often a turn had to wait for what had not arrived."""
        self.served = 0
        """How many of the visitors have all that they came for, or have heard why not."""
        self.down = 0
        """How often a desk had no line on a day."""
        self._tell = tell
        self._people = visitors(count, self.rng)
        turns = [turn for _, errand in self._people for turn in (*errand.before, *errand.turns)]
        self.meant = sum(bool(turn.refused) for turn in turns)
        """How many turns a guard is meant to refuse."""
        self.accidents = Accidents(office)

    def play(self) -> None:
        """The books first, then the month, then what is left over. Raises StoryStuck where something never ends."""
        books = list(islice(_worked(MONTH - timedelta(days=8)), BOOK_DAYS))
        office_days = [day for day in islice(_worked(MONTH - timedelta(days=1)), 31) if day.month == MONTH.month]
        self._tell("正在把各社区原有的登记补入台账…")
        self._books(books)
        journeys = self._coming(office_days)
        mishap = self.mishaps = mishaps.Mishaps(self.office, self.rng, [visit for visit, _ in self._people])
        for number, day in enumerate(office_days):
            self.office.clock.put(day, 9)
            self._lines(number, len(office_days))
            self.accidents.of_day(number, day)
            mishap.of_day(number, day)
            left = self._day(day, number, journeys, mishap)
            self.accidents.evening()
            self._tell(f"{day} · 办理 {self.office.acts} 件次 · 待办 {left}")
        self._ending(journeys, len(office_days), _worked(office_days[-1]), mishap)
        self.served = sum(not journey.turns for journey in journeys)

    def _books(self, days: Sequence[date]) -> None:
        """What the offices' books say already is taken over, by whose it is, with all lines up."""
        with_books = [(v, e) for v, e in self._people if e.before]
        journeys = [Journey(v, list(e.before), self.office.windows[0], 0) for v, e in with_books]
        self.office.clock.put(days[0], 9)
        self.office.rounds(2)
        offered = {c: mishaps.open_post(self.office, desk, days[0]) for c, desk in self.office.communities.items()}
        for visit, _ in self._people:
            visit.offers = (offered[visit.area[:12]],)
        for number, day in enumerate(days):
            self.office.clock.put(day, 9)
            self._walk(journeys, number, day)
            self.office.rounds(2)
        if any(journey.turns for journey in journeys):
            raise StoryStuck("the books were not taken over before the month")

    def _coming(self, days: Sequence[date]) -> list[Journey]:
        """Each visitor with the day and the desk: the queue."""
        found = []
        for n, (visit, errand) in enumerate(self._people):
            window = self.office.windows[n % len(self.office.windows)]
            here = window if self.rng.random() < AT_THE_CENTRE else self.office.communities[visit.area[:12]]
            found.append(Journey(visit, list(errand.turns), here, n * len(days) // len(self._people)))
        return found

    def _lines(self, number: int, days: int) -> None:
        """Cuts and mends lines for a day; on the last one all are up."""
        off = self.office.communities[OFF_DESK]
        for desk in self.office.desks:
            drawn = self.rng.random() < DOWN
            up = number == days - 1 or not (drawn or (desk is off and number in OFF_DAYS))
            desk.turn(up)
            self.down += not up

    def _day(self, day: date, number: int, journeys: Sequence[Journey], mishap: mishaps.Mishaps) -> int:
        self.office.clock.put(day, 9)
        self._walk([j for j in journeys if j.visit.number % 2], number, day)
        self.office.rounds()
        self.office.clock.put(day, 14)
        self._walk([j for j in journeys if not j.visit.number % 2], number, day)
        self.office.rounds()
        mishap.settle(day)
        return sum(len(j.turns) for j in journeys if j.due <= number)

    def _ending(self, journeys: Sequence[Journey], number: int, days: Iterable[date], mishap: mishaps.Mishaps) -> None:
        """With all lines up, until everybody was served, each desk has heard of the others, and nothing is asked."""
        for day in islice(days, CLOSING_DAYS_MAX):
            for desk in self.office.desks:
                desk.turn(True)
            self.office.rounds(2)
            if not any(journey.turns for journey in journeys) and not self.office.unsent and not mishap.open:
                return
            self._day(day, number, journeys, mishap)
            number += 1
        left = [f"{j.turns[0].verb} {j.turns[0].kind}" for j in journeys if j.turns]
        raise StoryStuck(f"the month did not end: {self.office.unsent} unsent, {mishap.open}, {left[:5]}")

    def _walk(self, journeys: Iterable[Journey], number: int, day: date) -> None:
        """Takes the turns that are due, each visitor's in order."""
        for journey in journeys:
            while journey.turns and journey.due <= number:
                turn = journey.turns[0]
                journey.visit.on = day
                try:
                    seat = self.office.seat(turn.seat, journey.visit, journey.here)
                    self.office.take(turn, journey.visit, seat.replica)
                except NotHereYet:
                    self.waits += 1
                    journey.due = number + 1
                    break
                journey.turns.pop(0)
                journey.due = number + (journey.turns[0].after if journey.turns else 0)


def _worked(after: date) -> Iterable[date]:
    """The days on which offices are open."""
    return Calendar.of(entry for year in holidays.seeds().values() for entry in year).worked_after(after)

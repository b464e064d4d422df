"""What happens to PCs in a month: one loses its power in the middle of a round, and another one's clock stands wrong."""

from __future__ import annotations

import random
from datetime import date

from baiyun_desktop.replica.carrier import Carrier, SwitchedLine
from baiyun_desktop.replica.desk_line import line_of
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.migrants.errands import REG, STAY
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.stories.migrants.people import visitor
from baiyun_desktop.stories.migrants.script import Turn, Visit
from baiyun_desktop.stories.stage import StoryDesk
from baiyun_desktop.support.stated_clock import OwnClock
from sync.errors import LineDown

KILLED, KILLED_ON = "150206002007", (5, 12)
"""The desk whose power goes, and the month's office days on which it does."""
WRONG = "150206002006"
WRONG_FROM = {4: -2600 * 86_400_000, 9: 0, 15: 26 * 3_600_000, 17: 0}
"""The desk with the wrong clock: years behind, with its battery empty, and later set to another day; by office days."""
AS_FAR_MS = 60_000
"""Within which a desk knows how far its clock is off."""
FIRST_NUMBER = 30_000
"""Beyond those of the month's visitors."""


class DeafLine(SwitchedLine):
    """Carries a message to the district and is cut before the answer comes."""

    def post(self, path: str, body: bytes) -> bytes:
        super().post(path, body)
        self.turn(False)
        raise LineDown("线路已断开")


class Accidents:
    """Brings them about on their days. `kept` says whether a desk that was killed had all of its work afterwards."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._clock = office.communities[WRONG].replica.clock
        self._last = FIRST_NUMBER
        self.killed = self.met = self.told = 0
        """`met`: on how many evenings a desk with a wrong clock had been in touch; `told`: how many knew how far."""
        self.kept = True

    def of_day(self, number: int, day: date) -> None:
        """The day's accidents, by the month's office days."""
        if number in WRONG_FROM:
            assert isinstance(self._clock, OwnClock)
            self._clock.off_ms = WRONG_FROM[number]
        if number in KILLED_ON:
            self._kill(self._office.communities[KILLED], day)

    def _kill(self, desk: StoryDesk, day: date) -> None:
        """One act the district has taken though the desk never heard so; one more stands in the desk's file alone."""
        self.killed += 1
        visits = [self._somebody(desk, day)]
        self._cut_short(desk)
        visits.append(self._somebody(desk, day))
        before = desk.replica.status().unsent
        self._office.kill(desk)
        found = [desk.replica.read.get(REG, visit.records[REG]) for visit in visits]
        whole = all(reg is not None and reg.get("biz_no") for reg in found)
        self.kept = self.kept and whole and desk.replica.status().unsent == before >= len(visits)

    def _somebody(self, desk: StoryDesk, day: date) -> Visit:
        self._last += 1
        visit = visitor(self._last, random.Random(self._last))  # noqa: S311
        visit.area, visit.on = f"{desk.place.area}001", day
        self._office.take(Turn("登记", REG, STAY, new=True), visit, desk.replica)
        return visit

    @staticmethod
    def _cut_short(desk: StoryDesk) -> None:
        lines = [DeafLine(line_of(desk.replica)) for _ in "12"]
        carrier = Carrier(desk.replica, lines[0], lines[1], random.random)
        if carrier.run() is not None:
            raise StoryStuck(f"{desk.place.name}: a round ended well though its answer was lost")
        carrier.stop()

    def evening(self) -> None:
        """Whether the desk with the wrong clock knows it, as far as it had a line."""
        assert isinstance(self._clock, OwnClock)
        desk = self._office.communities[WRONG]
        if self._clock.off_ms and desk.on:
            self.met += 1
            skew = desk.replica.status().skew_ms
            self.told += skew is not None and abs(skew - self._clock.off_ms) < AS_FAR_MS

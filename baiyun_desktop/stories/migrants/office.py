"""The centre as the story plays it: a district, two windows, four communities and the police liaison on one stated clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.errors import StepRefused, Unknown
from baiyun_desktop.stories import stage
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.migrants.people import COMMUNITIES
from baiyun_desktop.stories.migrants.script import Seat, Turn, Visit
from baiyun_desktop.stories.stage import Place, StoryDesk
from baiyun_desktop.support.stated_clock import StatedClock

CENTRE = "150206"
WINDOWS = (
    Place("1号窗口", "流动人口服务中心·1号窗口", "", "乌云"),
    Place("2号窗口", "流动人口服务中心·2号窗口", "", "赵敏"),
)
POLICE = Place("派出所", "公安分局·派出所联络员", "", "孙警官")
OFFICERS = ("王芳", "苏和", "李强", "高娃")
POSTS = (
    *((place.post, "流动人口中心窗口", ("--unit", "流服")) for place in WINDOWS),
    (POLICE.post, "派出所联络员", ("--unit", "公安", "--area", f"{CENTRE}|counter")),
)
"""The liaison's desk sees what the centre's counters see."""
NOT_YET = "现在是“"
"""How the door begins where the record's state does not have the step: somebody else's has not arrived."""


class NotHereYet(Exception):
    """What the turn builds on has not arrived at this desk: a line was down. It is tried again on the next day."""


class Office:
    """Seven desks of one district. What guards refuse is counted with their reasons."""

    def __init__(self, program: Program, district: DistrictProcess, folder: Path, clock: StatedClock) -> None:
        self.district = district
        self.clock = clock
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda post: self._post(*post), POSTS))
            communities = [
                Place(name, f"{name}社区·社区工作者", code, officer)
                for (code, name), officer in zip(COMMUNITIES.items(), OFFICERS, strict=True)
            ]
            places = [*WINDOWS, *communities, POLICE]
            found = list(pool.map(lambda p: stage.enrol(district, program, p, folder, clock), places))
        self.desks: Sequence[StoryDesk] = found
        self.windows = found[: len(WINDOWS)]
        self.communities = dict(zip(COMMUNITIES, found[len(WINDOWS) : -1], strict=True))
        self.police = found[-1]
        self.refusals: Counter[str] = Counter()
        self.unmeant: list[str] = []
        """Refusals that the story does not mean, and steps that a guard let pass though it should not have."""
        self.acts = 0
        self.shown: Callable[[StoryDesk, str, str], None] = lambda _desk, _kind, _record: None
        """Told of each act: whose desk, and which record it was about."""

    def _post(self, name: str, role: str, more: Sequence[str]) -> None:
        where = ("--organisation", CENTRE, "--role", role)
        self.district.run("posts", "add", str(self.district.folder), name, *where, *more)

    def close(self) -> None:
        for desk in self.desks:
            desk.close()

    # --- the line -------------------------------------------------------------------------------------------------

    def rounds(self, times: int = 1) -> None:
        """Each desk with a line goes on a round, so often. Raises StoryStuck where one that has a line fails."""
        for _ in range(times):
            for desk in self.desks:
                if desk.on and desk.carrier.run() is None:
                    raise StoryStuck(f"{desk.place.name}: {desk.carrier.problem}")

    @property
    def unsent(self) -> int:
        return sum(desk.replica.status().unsent for desk in self.desks)

    # --- acts -----------------------------------------------------------------------------------------------------

    def seat(self, seat: Seat, visit: Visit, here: StoryDesk) -> StoryDesk:
        """The desk whose turn it is."""
        if seat is Seat.HOME:
            return self.communities[visit.area[:12]]
        if seat is Seat.POLICE:
            return self.police
        return self.windows[visit.number % len(self.windows)] if seat is Seat.WINDOW else here

    def take(self, turn: Turn, visit: Visit, desk: StoryDesk) -> None:
        """One act as the desk's officer does it. Raises NotHereYet where what it builds on has not arrived."""
        made = dict(visit.records)
        try:
            self._act(turn, visit, desk)
        except (StepRefused, Unknown) as refused:
            visit.records = made
            self._refused(turn, str(refused))
            return
        except BaseException:
            visit.records = made
            raise
        if turn.refused:
            self.unmeant.append(f"{turn.verb}: was not refused, though “{turn.refused}”")
        self.shown(desk, turn.kind, visit.records[turn.record])

    def _refused(self, turn: Turn, why: str) -> None:
        if turn.refused and turn.refused in why:
            self.refusals[f"{turn.verb}: {turn.refused}"] += 1
        elif why.startswith(NOT_YET):
            raise NotHereYet(why)
        else:
            self.unmeant.append(f"{turn.verb}: {why}")

    def _act(self, turn: Turn, visit: Visit, desk: StoryDesk) -> None:
        drafts, replica = [], desk.replica
        if turn.who and turn.new and turn.who not in visit.records:
            drafts.append(self._somebody(turn.who, visit, replica.ids.new()))
        if turn.new and turn.kind != "person":
            visit.records[turn.record] = replica.ids.new()
            values: dict[str, Any] = {"area": visit.area, **turn.typed(visit)}
            drafts.append(Draft.create(turn.kind, visit.records[turn.record], **values))
        elif not turn.new:
            drafts += self._changed(turn, visit, desk)
        if turn.verb:
            replica.door.step(turn.kind, visit.records[turn.record], turn.verb, drafts=drafts, stated_date=visit.on)
        else:
            replica.door.save(drafts)
        self.acts += 1

    def _somebody(self, who: str, visit: Visit, record: str) -> Draft:
        visit.records[who] = record
        return Draft.create("person", record, area=visit.area, **visit.people[who])

    def _changed(self, turn: Turn, visit: Visit, desk: StoryDesk) -> list[Draft]:
        record = visit.records.get(turn.record)
        known = desk.replica.read.get(turn.kind, record) if record else None
        if known is None:
            raise NotHereYet(f"{turn.kind} has not arrived at {desk.place.name}")
        draft = Draft.of(known, **turn.typed(visit))
        return [draft] if draft else []

"""The centre as the story plays it: a district, two windows, four communities and the police liaison on one stated clock."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.stories import stage
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.migrants.acts import Acts
from baiyun_desktop.stories.migrants.people import COMMUNITIES
from baiyun_desktop.stories.migrants.script import Seat, Visit
from baiyun_desktop.stories.stage import Place, StoryDesk
from baiyun_desktop.support.stated_clock import OwnClock, StatedClock

CENTRE = "150206"
WINDOWS = (
    Place("1号窗口", "流动人口服务中心·1号窗口", "", "乌云"),
    Place("2号窗口", "流动人口服务中心·2号窗口", "", "赵敏"),
)
POLICE = Place("派出所", "公安分局·派出所联络员", "", "孙警官")
OFFICERS = ("王芳", "苏和", "李强", "高娃")
HOMES = tuple(
    Place(name, f"{name}社区·社区工作者", code, officer)
    for (code, name), officer in zip(COMMUNITIES.items(), OFFICERS, strict=True)
)
POSTS = (
    *((place.post, CENTRE, "流动人口中心窗口", ("--unit", "流服")) for place in WINDOWS),
    *((place.post, place.area, "社区工作者", ()) for place in HOMES),
    (POLICE.post, CENTRE, "派出所联络员", ("--unit", "公安", "--area", f"{CENTRE}|counter")),
)
"""Each has a record, so that its role is asked for. The liaison's desk sees what the centre's counters see."""
LOGINS = {"乌云": "wuyun", "赵敏": "zhaomin", "孙警官": "sunwei", "王芳": "wangfang", "苏和": "suhe", "李强": "liqiang",
          "高娃": "gaowa"}  # fmt: skip


class Office(Acts):
    """Seven desks of one district."""

    def __init__(
        self, program: Program, district: DistrictProcess, folder: Path, clock: StatedClock, *, watched: bool = False
    ) -> None:
        """`watched` enters no officers: a desk with officers would lock itself whenever the stated day is another one."""
        super().__init__()
        self.district = district
        self.clock = clock
        self._program, self._folder, self._power_cuts = program, folder, 0
        places = [*WINDOWS, *HOMES, POLICE]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda post: self._post(*post), POSTS))
            list(pool.map(self._officer, () if watched else places))
            found = list(pool.map(lambda p: stage.enrol(district, program, p, folder, OwnClock(clock)), places))
        self.desks: Sequence[StoryDesk] = found
        self.windows = found[: len(WINDOWS)]
        self.communities = dict(zip(COMMUNITIES, found[len(WINDOWS) : -1], strict=True))
        self.police = found[-1]

    def _post(self, name: str, organisation: str, role: str, more: Sequence[str]) -> None:
        where = ("--organisation", organisation, "--role", role)
        self.district.run("posts", "add", str(self.district.folder), name, *where, *more)

    def _officer(self, place: Place) -> None:
        words = (place.officer, LOGINS[place.officer], "--post", place.post)
        self.district.run("officers", "add", str(self.district.folder), *words)

    def kill(self, desk: StoryDesk) -> None:
        """The desk's PC loses its power and is started again."""
        was = desk.on
        self._power_cuts += 1
        stage.kill(desk, self._program, self._folder / f"after power cut {self._power_cuts}")
        desk.turn(was)

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

    def seat(self, seat: Seat, visit: Visit, here: StoryDesk) -> StoryDesk:
        """The desk whose turn it is."""
        if seat is Seat.HOME:
            return self.communities[visit.area[:12]]
        if seat is Seat.POLICE:
            return self.police
        return self.windows[visit.number % len(self.windows)] if seat is Seat.WINDOW else here

"""The demo: a district and two desks on this machine; played alone with pictures and a report, or by whoever watches."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.stories import stage
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.two_offices import BAOSHAN, XIANGYUN, TwoOffices, exchange, take_ledgers
from baiyun_desktop.ui import opening
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.window import MainWindow

TITLE = "白云演示"


def has_display() -> bool:
    """Whether a window could be seen."""
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def play(program: Program, screens: Sequence[Screens], out: Path, *, headless: bool) -> int:
    """Starts the district, enrols two desks and takes their ledgers in; then the story, or the windows.

    Returns the exit status: 0 only if all sides hold the same and no typed value is lost.
    """
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baiyun-demo-")))
        _tell("正在启动区服务器…")
        district = stack.enter_context(DistrictProcess(folder / "district"))
        desks = []
        for place in (BAOSHAN, XIANGYUN):
            desks.append(stage.enrol(district, program, place, folder))
            stack.callback(desks[-1].close)
        exchange(desks, 1)
        _tell("正在导入两个社区的台账…")
        take_ledgers(program, desks)
        if headless:
            return _alone(TwoOffices(program, screens, desks, district.folder, out), out)
        return _watched(program, screens, desks)


def _alone(story: TwoOffices, out: Path) -> int:
    try:
        report = story.play()
    except StoryStuck as stuck:
        sys.stderr.write(f"the story came to a halt: {stuck}\n")
        return 1
    report.write(out)
    _tell((out / "report.json").read_text("utf-8").strip())
    return 0 if report.equal and not report.lost else 1


def _watched(program: Program, screens: Sequence[Screens], desks: Sequence[stage.StoryDesk]) -> int:
    app = opening.application()
    windows: dict[str, MainWindow] = {}

    def show(number: int) -> None:
        desk, other = desks[number], 1 - number
        window = windows.get(desk.place.name)
        if window is None or not window.isVisible():
            window = opening.open_desk(
                desk.replica, program, desk.carrier, screens, line=desk, second_desk=lambda: show(other)
            )
            windows[desk.place.name] = window
        window.move(60 + 60 * number, 40 + 50 * number)
        window.show()
        window.raise_()

    for desk in desks:
        desk.carrier.start()
    show(0)
    _tell("已打开宝山社区的窗口。右上角可断开、接通线路，也可打开祥云社区的窗口。关闭窗口即结束。")
    return app.exec()


def _tell(line: str) -> None:
    sys.stdout.write(f"{TITLE}: {line}\n")
    sys.stdout.flush()

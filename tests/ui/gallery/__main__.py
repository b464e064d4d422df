"""Takes the pictures: a process for each scale, since Qt reads that once, and a page with all of them.

python -m tests.ui.gallery --out DIR [--scales 100,150] [--themes light,dark] [--language zh] [--part records]
"""

from __future__ import annotations

import argparse
import html
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QRect

from baiyun_desktop.ui import opening, theme, words
from tests.ui.gallery.checks import faults
from tests.ui.gallery.scenes import EVERY

HEAD = """<!doctype html><meta charset="utf-8"><title>Gallery</title>
<style>body{background:#888;font:13px sans-serif}figure{display:inline-block;vertical-align:top;width:46%;margin:1%}
img{width:100%}ul{color:#a00000;background:#fff}</style>
"""
SCREEN_PX = (1366, 768)
TASK_BAR_PX = 40


def main() -> int:
    """0 where nothing is wrong with any picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.ui.gallery")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scales", default="100,150")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--part", default="", help="one of the families of scenes")
    parser.add_argument("--only", default="", help="a part of the scenes' names")
    parser.add_argument("--language", default="zh")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    wish.out.mkdir(parents=True, exist_ok=True)
    if wish.one:
        return _take(wish)
    for scale in wish.scales.split(","):
        subprocess.run([sys.executable, "-m", "tests.ui.gallery", *sys.argv[1:], "--one", scale], env=_dress(wish.out, int(scale)),
                       check=True)  # fmt: skip
    return _page(wish.out)


def _dress(out: Path, scale: int) -> dict[str, str]:
    """An office's small screen at that scale."""
    high = SCREEN_PX[1] - TASK_BAR_PX
    screens = {"screens": [{"name": "office", "x": 0, "y": 0, "width": SCREEN_PX[0], "height": high, "dpr": 1}]}
    path = out / "screen.json"
    path.write_text(json.dumps(screens), "utf-8")
    return {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={path}", "QT_SCALE_FACTOR": str(scale / 100)}


def _take(wish: argparse.Namespace) -> int:
    app = opening.application()
    words.set_language(wish.language)
    room = QRect(0, 0, int(SCREEN_PX[0] / wish.one * 100), int((SCREEN_PX[1] - TASK_BAR_PX) / wish.one * 100))
    told: dict[str, list[str]] = {}
    for make in (one for one in EVERY if wish.part in ("", one.__name__)):
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            for name, widget in make(Path(folder), (room.width(), room.height()), stack):
                if wish.only not in name:
                    continue
                for dress in wish.themes.split(","):
                    theme.apply_theme(app, dress)
                    app.processEvents()
                    called = f"{name} {wish.one} {dress}".replace(" ", "-")
                    widget.grab().save(str(wish.out / f"{called}.png"))
                    told[called] = faults(widget, room)
    (wish.out / f"faults-{wish.one}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    app.processEvents()
    return 0


def _page(out: Path) -> int:
    """All pictures on one page, those with something wrong first, each with its sentences."""
    told: dict[str, list[str]] = {}
    for path in sorted(out.glob("faults-*.json")):
        told |= json.loads(path.read_text("utf-8"))
    shown = sorted(told, key=lambda name: (not told[name], name))
    (out / "index.html").write_text(HEAD + "".join(_figure(name, told[name]) for name in shown), "utf-8")
    print(sum(map(len, told.values())), "faults on", len(told), "pictures:", out / "index.html")
    return int(any(told.values()))


def _figure(name: str, said: list[str]) -> str:
    lines = "".join(f"<li>{html.escape(one)}</li>" for one in said)
    return f'<figure><a href="{name}.png"><img src="{name}.png"></a><figcaption>{name}<ul>{lines}</ul></figcaption></figure>\n'


if __name__ == "__main__":
    raise SystemExit(main())

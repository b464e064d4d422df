"""How the desk of a version is frozen, once, on the day of its release: `python -m tests.sync.v1.freeze FOLDER`.

Version 1 is frozen; this stays as the way to freeze the next one, in a folder of its own.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from sqlalchemy import create_engine

from sync.direct import DirectLine
from sync.district.district import District
from sync.district.judging import NoSteps
from sync.district.scope import FixedScope
from sync.outside import SystemClock, SystemIds

from .frozen import REPLICA, FrozenDesk
from .schema import SCHEMA

ROOT = Path(__file__).parents[3]
_STAMP = (2026, 11, 23, 0, 0, 0)


def program(path: Path) -> None:
    """The desk's half of the engine as it stands, with what starts it."""
    here = Path(__file__).parent
    parts = {"__main__.py": here / "desk.py", "schema.py": here / "schema.py"}
    sources = sorted([*(ROOT / "sync").glob("*.py"), *(ROOT / "sync" / "desk").glob("*.py")])
    parts |= {p.relative_to(ROOT).as_posix(): p for p in sources if p.name != "direct.py"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, source in parts.items():
            file.writestr(zipfile.ZipInfo(name, _STAMP), source.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def used_file(folder: Path) -> None:
    """A file with rows of a district that is gone, with answered acts and with acts that wait, and the messages it sent."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        engine = create_engine(f"sqlite:///{place}/district.db")
        district = District(
            engine, SCHEMA, FixedScope({"D": None, "A": "D"}), NoSteps(), SystemClock(), SystemIds(), place / "p"
        )
        district.found("D")
        district.add_desk(REPLICA, ["A"])
        desk = FrozenDesk(place / "desk.db", DirectLine(district, REPLICA), folder / "desk.zip")
        desk.do("create_file", replica=REPLICA)
        person = SystemIds().new()
        first = {"name": "王公平", "phone": "1", "area": "A", "tags": ["z", "a"], "visits": 1}
        desk.do("act", verb="登记", changes=[["person", person, "c", first]])
        desk.do("round")
        desk.do(
            "act", verb="保存", changes=[["person", person, "f", {"phone": "2", "visits": 1, "tags": {"+": ["b"]}}]]
        )
        desk.do("round")
        desk.do("act", verb="保存", changes=[["person", person, "f", {"note": "没有传走"}]])
        photo = desk.do("attach", content=base64.b64encode(b"photograph").decode())
        desk.do("act", verb="登记", changes=[["person", "", "c", {"name": "𠮷田", "area": "A", "photo": photo}]])
        desk.close()
        sent = [base64.b64encode(body).decode() for body in desk.sent]
        (folder / "messages.json").write_text(json.dumps(sent, indent=1) + "\n", "ascii")
        shutil.copy(place / "desk.db", folder / "desk.db")


def main() -> None:
    folder = Path(sys.argv[1])
    program(folder / "desk.zip")
    used_file(folder)


if __name__ == "__main__":
    main()

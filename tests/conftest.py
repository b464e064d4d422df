"""Makes every test run the same anywhere: no display, no key store, no folders of the person at the machine."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

MEMORY = Path("/dev/shm")
MEMORY_FREE_MIN = 4 * 2**30
"""Far more than tests have in files at once."""


def _is_roomy(folder: Path) -> bool:
    """Whether the system has such a folder in memory, with room for files and leave to run programs."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    found, words = os.statvfs(folder), Path("/proc/meminfo").read_text("ascii").split()
    available = int(words[words.index("MemAvailable:") + 1]) * 1024
    return not found.f_flag & os.ST_NOEXEC and min(found.f_bavail * found.f_frsize, available) > MEMORY_FREE_MIN


# Before anybody asks where files go: on a disk, each commit of each file and database would wait for it. The processes
# that tests start are told by the environment, as the workers are by the first of all.
if "TMPDIR" not in os.environ and _is_roomy(MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Before Qt, keyring or platformdirs are imported: they read these once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
_HOME = Path(tempfile.gettempdir()) / f"baiyun-tests-{os.getpid()}"
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
    os.environ[_name] = str(_HOME / _name.lower())

# Some machines are told to keep no compiled modules: each of some hundred processes would compile all of ours again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shared machine is slow at times, which is no failure; a failing case prints what repeats it.
settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")


DEAR = {
    "sync.district.packs.LEVEL": 3,  # 12 takes 50 MB of tables and 20 ms for each pack, were it empty
    "baiyun_desktop.keys.wraps.ARGON2_OPS": 1,
    "baiyun_desktop.keys.wraps.ARGON2_MEMORY_BYTES": 8192,
    "baiyun_desktop.keys.passwords.ARGON2_OPS": 1,
    "baiyun_desktop.keys.passwords.ARGON2_MEMORY_BYTES": 8192,
}
"""What is dear on purpose, and what tests take instead: a file made with either is read by any program."""


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        _make_cheap(patch)
        yield patch


@pytest.fixture(scope="session", autouse=True)
def _shared_statements() -> None:
    importlib.import_module("tests.statements").share()  # not before: the process that only hands tests out needs none


@pytest.fixture
def dear(_cheap: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests of the cost itself: all is as it is for users."""
    _cheap.undo()
    yield
    _make_cheap(_cheap)


def _make_cheap(patch: pytest.MonkeyPatch) -> None:
    for name, value in DEAR.items():
        patch.setattr(name, value)

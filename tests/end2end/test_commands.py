"""A desk without a window: enrolled by a typed code, a workbook taken in and sent up, as an administrator would do it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.stories.district_process import DistrictProcess
from tests.end2end.offices import BAOSHAN

LEDGER = Path(__file__).parent.parent / "data" / "ledgers" / "宝山社区_流动人口台账.xlsx"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistrictProcess]:
    with DistrictProcess(tmp_path_factory.mktemp("district")) as process:
        yield process


def desktop(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "BAIYUN_HOME": str(home),
        "BAIYUN_PASSPHRASE": "一把很长的口令",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = [sys.executable, "-m", "baiyun_desktop.app", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.apart
def test_enrol_look_import_and_again(district: DistrictProcess, tmp_path: Path) -> None:
    refused = desktop(tmp_path, "import", str(LEDGER))
    assert refused.returncode == 1
    assert "注册码" in refused.stderr

    code = district.code("宝山社区·窗口", [BAOSHAN], "王芳")
    wrong = desktop(tmp_path, "enrol", district.url, code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert wrong.returncode == 1
    assert "注册码" in wrong.stderr
    assert desktop(tmp_path, "enrol", district.url, code).returncode == 0
    assert desktop(tmp_path, "enrol", district.url, code).returncode == 1

    workbook = tmp_path / LEDGER.name
    workbook.write_bytes(LEDGER.read_bytes())
    preview = desktop(tmp_path, "import", "--preview", str(workbook))
    assert preview.returncode == 0, preview.stderr
    taken = desktop(tmp_path, "import", str(workbook))
    assert taken.returncode == 0, taken.stderr
    assert "264" in taken.stdout
    again = desktop(tmp_path, "import", str(workbook))
    assert again.returncode == 0
    assert "Traceback" not in taken.stderr + again.stderr

    nothing = desktop(tmp_path, "import", str(tmp_path / "desk.json"))
    assert nothing.returncode == 1
    assert "Traceback" not in nothing.stderr

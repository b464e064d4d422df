"""Chinese is legible on a machine that has no Chinese font, rare characters of names included."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROBE = """
from PySide6.QtGui import QTextLayout, QFontDatabase
from PySide6.QtWidgets import QApplication
from baiyun_desktop.ui import typeface
app = QApplication([])
before = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
print(len(before), typeface.dress(app))
for char in "白\\U00020bb7\\U000216b8\\U0002cb4e頔㛃䶮奡":
    layout = QTextLayout(char, app.font())
    layout.beginLayout(); layout.createLine(); layout.endLayout()
    print(char, all(index for run in layout.glyphRuns() for index in run.glyphIndexes()))
"""


def test_a_machine_without_chinese_fonts(tmp_path: Path) -> None:
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    env = {**os.environ, "FONTCONFIG_FILE": str(bare), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "0 Noto Sans SC", done.stderr
    assert [line.split() for line in lines[1:]] == [
        [char, "True"] for char in "白\U00020bb7\U000216b8\U0002cb4e頔㛃䶮奡"
    ]

"""The log is written where it belongs, rotates, and holds no name, number or value, whoever logged it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.support import logs

OWN = logging.getLogger("baiyun_desktop.somewhere")
SECRETS = ("王公平", "150206198803150028", "13812345678", "宝山社区", "token-of-a-desk")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start_log(tmp_path)
    level = logging.getLogger().level
    yield tmp_path
    logs.end_log(handler)
    logging.getLogger().setLevel(level)


def test_nobody_is_in_the_log(written: Path) -> None:
    OWN.info("sent %d for %s", 3, "王公平")
    OWN.warning("13812345678 of %s", "宝山社区")
    logging.getLogger("urllib3.pool").warning("redirect to %s", "token-of-a-desk")
    try:
        raise ValueError("150206198803150028 of 王公平")
    except ValueError:
        OWN.exception("failed")
    text = (written / logs.FILE_NAME).read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    assert "sent 3 for □" in text
    assert "redirect to %s" in text
    assert "ValueError" in text and "test_nobody_is_in_the_log" in text


def test_a_library_says_nothing_below_a_warning_and_we_do(written: Path) -> None:
    OWN.info("started")
    logging.getLogger("urllib3.pool").info("chatter")
    text = (written / logs.FILE_NAME).read_text("utf-8")
    assert "started" in text and "chatter" not in text


def test_the_file_rotates_and_its_tail_is_read_across(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logs.QuietRotating))
    handler.maxBytes = 2_000
    for number in range(100):
        OWN.info("round %d", number)
    assert 2 <= len(logs.log_files(written)) <= logs.FILES_KEPT + 1
    assert [line.rpartition(" ")[2] for line in logs.tail(written, 30)] == [str(n) for n in range(70, 100)]


def test_what_an_older_version_wrote_is_scrubbed_when_read(tmp_path: Path) -> None:
    (tmp_path / logs.FILE_NAME).write_text("2026-11-23 10:00:00,000 INFO 王公平 13812345678\n", "utf-8")
    assert logs.tail(tmp_path, 10) == ["2026-11-23 10:00:00,000 INFO □ #"]


def test_a_folder_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert logs.start_log(tmp_path / "file" / "logs") is None


def test_logs_lie_where_the_system_keeps_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BAIYUN_HOME", raising=False)
    assert logs.log_folder().parts[-1] == "log" or "baiyun-desktop" in str(logs.log_folder())
    monkeypatch.setenv("BAIYUN_HOME", str(tmp_path))
    assert logs.log_folder() == tmp_path / "logs"

"""Founding goes wrong before anything is made, and never twice over one database."""

from __future__ import annotations

from pathlib import Path

from tests.district.conftest import Run


def test_a_database_that_cannot_be_used_leaves_no_folder(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "district"
    said = run("init", folder, "--database", "postgresql://baiyun@127.0.0.1:1/baiyun", code=1)
    assert "nothing was made" in said and "pgpass" in said
    assert "must be postgresql://" in run("init", folder, "--database", "mysql://baiyun@127.0.0.1/baiyun", code=1)
    assert not folder.exists(), "the right address is taken next time"


def test_a_district_is_not_founded_over_another(tmp_path: Path, run: Run) -> None:
    url = f"sqlite:///{tmp_path / 'tables.db'}"
    run("init", tmp_path / "district", "--database", url, "--key-file", tmp_path / "key.txt")
    assert "restore" in run("init", tmp_path / "second", "--database", url, code=1)
    assert not (tmp_path / "second").exists()
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert "another database" in run("init", tmp_path / "district", "--database", other, code=1)
    run("init", tmp_path / "district", "--database", url, "--name", "qu.example")


def test_a_mistyped_code_is_answered_with_all_there_are(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "district"
    run("init", folder, "--key-file", tmp_path / "key.txt")
    said = run("enrol", folder, "--post", "x", "--area", "150206001009", code=1)
    assert "150206001006 宝山社区居委会" in said
    heard = run("enrol", folder, "--post", "x", "--area", "150206001006").splitlines()
    code, groups = heard[0].replace("-", ""), heard[2].split("：")[0].removeprefix("区服务器指纹 ")
    assert code[10:26] == groups.replace(" ", ""), "the note for the PC carries what its window shows"

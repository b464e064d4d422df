"""What administrators do counts together with its note or not at all, and nobody alters or takes out a note unseen."""

from __future__ import annotations

import json
import signal
from threading import Barrier, Thread

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from baiyun_desktop.district import Assembly, editions
from baiyun_desktop.district.admin_tables import DEED, DEED_END, PROGRAM
from baiyun_desktop.district.deeds import Deed, last, note
from baiyun_desktop.district.editions import CHAINED, EDITION
from baiyun_desktop.district.errors import Unfit
from baiyun_desktop.district.officers import enter
from baiyun_desktop.district.posts import arrange, set_up
from baiyun_desktop.district.standing import OFFICER, records
from sync.district.tables import DESK
from tests.born import Born
from tests.end2end.offices import BAILING, BAOSHAN

from .conftest import Town
from .mortal_deed import AFTER, BEFORE

COUNTER = "宝山社区·窗口"
ADD = ("officers", "add")


def done(town: Town) -> list[str]:
    """What was done, the newest first."""
    with Assembly(town.folder) as assembly, assembly.snapshot() as conn:
        return [one.what for one in last(conn)]


def wrongs(town: Town, *, code: int = 1) -> list[str]:
    said = json.loads(town.run("verify", town.folder, code=code).splitlines()[0])
    return [str(wrong) for kind in said["wrong"].values() for wrong in kind]


def staff(town: Town) -> None:
    with Assembly(town.folder) as assembly:
        set_up(assembly, COUNTER, BAOSHAN, role="COMMUNITY_WORKER")
        for name in ("甲", "乙", "丙"):
            note(assembly, "系统管理员", Deed.CODE_BY_PHONE, name, "忘记密码")


def test_a_deed_that_was_altered_or_taken_out_is_told_and_the_chain_goes_on_in_what_is_restored(town: Town) -> None:
    staff(town)
    assert json.loads(town.run("verify", town.folder))["deeds"] == 4
    town.backup()
    restored = Town(town.run, town.folder.parent / "restored", town.key, town.store, town.spare)
    town.restore(restored.folder)
    town.run("confirm", restored.folder, "--yes", "--by", "李管理")
    town.run("posts", "change", restored.folder, COUNTER, "--unit", "宝")
    assert done(restored) == ["改岗位", "恢复后放行", "电话一次性代码", "电话一次性代码", "电话一次性代码", "设岗位"]
    assert wrongs(restored, code=0) == []

    def tampered(*statements: Executable) -> list[str]:
        """What is said of rows that somebody changed past the program; they are put back as they were."""
        with Assembly(town.folder) as assembly:
            with assembly.engine.begin() as conn:
                kept = [row._asdict() for row in conn.execute(select(DEED))]
                for statement in statements:
                    conn.execute(statement)
            said = wrongs(town)
            with assembly.engine.begin() as conn:
                conn.execute(delete(DEED))
                conn.execute(insert(DEED), kept)
        return said

    second, final = DEED.c.seq == 2, DEED.c.seq == 4
    (altered,) = tampered(update(DEED).where(second).values(reason="别的"))
    assert "what administrators did: entry 2 was altered" in altered
    (gone,) = tampered(delete(DEED).where(second))
    assert "entry 2 is missing" in gone
    (short,) = tampered(delete(DEED).where(final))
    assert "the deeds end at 3, not at 4" in short
    added = {"number": 99, "at": 1, "by": "贼", "what": "撤销电脑", "about": "x", "reason": ""}
    (loose,) = tampered(insert(DEED).values(added))
    assert "deed 99 hangs on nothing" in loose
    assert wrongs(town, code=0) == []


@pytest.mark.apart
def test_a_power_cut_leaves_the_deed_and_what_it_did_or_neither(town: Town) -> None:
    with Assembly(town.folder) as assembly:
        set_up(assembly, COUNTER, BAOSHAN, role="COMMUNITY_WORKER")
    for moment, login in ((BEFORE, "wangfang"), (AFTER, "lisi")):
        words = (str(town.folder), "王芳", login, "--post", COUNTER)
        process = Born("tests.district.mortal_deed", moment, *ADD, *words, quiet=True)
        assert process.wait(60) == -signal.SIGKILL
        process.stdout.close()
    with Assembly(town.folder) as assembly:
        assert [row["login"] for row in records(assembly, OFFICER).values()] == ["lisi"]
        with assembly.snapshot() as conn:
            assert [(one.what, one.about) for one in last(conn)] == [("登记经办人", "lisi"), ("设岗位", COUNTER)]
        assert enter(assembly, "王芳", "wangfang", [COUNTER])
    assert wrongs(town, code=0) == []


def test_what_fails_half_way_is_undone_with_its_deed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post is changed and its desks are given the same, or nothing is; whoever waits for news hears of it afterwards."""
    with town.desk_here(COUNTER), Assembly(town.folder) as assembly:
        set_up(assembly, COUNTER, BAOSHAN, role="COMMUNITY_WORKER")
        heard: list[bool] = []
        assembly.district.listeners.append(lambda: heard.append(True))

        def held() -> tuple[str, list[str]]:
            with assembly.snapshot() as conn:
                return conn.execute(select(DESK.c.grants)).scalar_one(), [one.what for one in last(conn)]

        before = held()
        with monkeypatch.context() as patch:
            patch.setattr("sync.district.district.District.grant", _fails)
            with pytest.raises(OSError, match="power"):
                arrange(assembly, COUNTER, areas=[BAILING])
        assert held() == before and not heard
        arrange(assembly, COUNTER, areas=[BAILING])
        assert BAILING in held()[0] and held()[1] == ["改岗位", "设岗位"] and heard == [True]


def _fails(*_: object) -> None:
    raise OSError("power")


def test_two_at_once_do_not_both_enter_one_log_in_name(town: Town) -> None:
    with Assembly(town.folder) as assembly:
        set_up(assembly, COUNTER, BAOSHAN, role="COMMUNITY_WORKER")
    start, said = Barrier(2), list[str]()

    def one(name: str) -> None:
        with Assembly(town.folder) as assembly:
            start.wait(20)
            try:
                enter(assembly, name, "wangfang", [COUNTER])
                said.append("entered")
            except Unfit as reason:
                said.append(str(reason))

    threads = [Thread(target=one, args=(name,)) for name in ("王芳", "王方")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert min(said) == "entered" and "wangfang is taken" in max(said)
    assert done(town) == ["登记经办人", "设岗位"]


def test_a_district_of_before_is_chained_by_its_upgrade_and_what_older_workers_write_meanwhile_too(town: Town) -> None:
    def older(about: str) -> None:
        """As the program of before writes a deed."""
        with assembly.engine.begin() as conn:
            row = {"at": 1, "by": "命令行", "what": "设岗位", "about": about, "reason": ""}
            conn.execute(insert(DEED).values(row))

    with Assembly(town.folder) as assembly:
        with assembly.engine.begin() as conn:  # as the edition of before left it
            for column in ("seq", "prev", "hash"):
                editions.drop_column(conn, DEED.name, column)
            for table in (DEED_END, PROGRAM):
                table.drop(conn)
            conn.execute(delete(EDITION).where(EDITION.c.number >= CHAINED))
        for number in (1, 2, 3):
            older(f"岗{number}")
        with pytest.raises(Unfit, match="upgrade"):
            note(assembly, "", Deed.POST_MADE, "x")
        assert wrongs(town, code=0) == []
        (chained,) = (one for one in editions.MIGRATIONS if one.number == CHAINED)
        assert all(editions.expand(assembly.engine, one) for one in editions.MIGRATIONS if one.number >= CHAINED)
        note(assembly, "", Deed.POST_MADE, "岗5")
        older("岗4")
        assert wrongs(town, code=0) == [], "a worker of before may still write"
        assert editions.contract(assembly.engine, chained)
        with assembly.snapshot() as conn:
            hung = conn.execute(select(DEED.c.about, DEED.c.seq).order_by(DEED.c.seq)).all()
        assert [tuple(row) for row in hung] == [("岗1", 1), ("岗2", 2), ("岗3", 3), ("岗5", 4), ("岗4", 5)]
        assert wrongs(town, code=0) == []
        older("岗9")
    assert "hangs on nothing" in wrongs(town)[0]

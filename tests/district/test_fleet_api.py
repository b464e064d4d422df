"""An administrator's monitor reads over HTTP what the commands say, by a token that can be ended, and nobody else does."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from baiyun_desktop import __version__
from baiyun_desktop.district import Assembly, desks
from baiyun_desktop.district.admin_tokens import TOKEN, end, holder_of, new_token
from baiyun_desktop.district.fleet_api import DESKS_PATH, HEALTH_PATH, READS_MAX, DeskState, DistrictHealth, beside
from baiyun_desktop.district.health import look
from baiyun_desktop.replica import desk_line
from sync.desk.courier import Courier
from sync.desk.transport import Transport
from sync.district.app import application
from sync.district.service import Service
from sync.limits import Limits
from sync.wire import WAIT_PATH
from tests.end2end.mortal_desk import line_of, register

from .conftest import Town, go, serving

MOVING = ("silent_ms", "cursor_age_ms", "oldest_ms")
"""Ages: they grow between two looks."""


@contextmanager
def asking(town: Town) -> Iterator[tuple[Assembly, TestClient]]:
    """The application over the real engine, without a socket."""
    with Assembly(town.folder) as assembly:
        ca_pem = assembly.certificates.ca_pem()
        service = Service(assembly.engine, assembly.district, assembly.enroller(), ca_pem, Limits())
        with TestClient(application(service, beside=beside(assembly, service))) as client:
            yield assembly, client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_monitor_reads_over_the_line_what_the_commands_say(town: Town) -> None:
    token = town.run("token", town.folder, "--for", "监控").strip()
    with serving(town.folder) as running:
        desk = town.desk(running)
        register(desk, "甲", "13800000001")
        go(desk)
        line = line_of(desk)
        line._token = token
        told = json.loads(line.get(DESKS_PATH))
        line.close()
        desk.close()
    said = json.loads(town.run("desks", town.folder, "--json"))
    for one, other in zip(told, said, strict=True):
        assert one.keys() == other.keys()
        assert {k: v for k, v in one.items() if k not in MOVING} == {k: v for k, v in other.items() if k not in MOVING}
        assert one["post"] == "宝山社区·窗口" and 0 <= one["silent_ms"] < other["silent_ms"]


def test_a_desk_says_which_program_it_runs_and_one_of_before_is_unknown(
    lite: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        (row,) = lite.run("desks", lite.folder).splitlines()[1:]
        return row.split()[-1]

    def round_by(line: Transport) -> None:
        try:
            Courier(desk.layout.schema, line, desk, desk.clock).round()
        finally:
            line.close()

    def comes(wanted: str) -> bool:
        """It is noted once the round was answered, which the desk does not wait for."""
        until = time.monotonic() + 20
        while shown() != wanted and time.monotonic() < until:
            time.sleep(0.05)
        return shown() == wanted

    with serving(lite.folder) as running:
        desk = lite.desk(running)
        round_by(line_of(desk))  # as a program of before: it says nothing
        assert shown() == "unknown"
        round_by(desk_line.line_of(desk))
        assert comes(__version__)
        monkeypatch.setattr(desk_line, "__version__", "0.9.1")
        round_by(desk_line.line_of(desk))
        assert comes("0.9.1")
        round_by(line_of(desk))  # it went back to the version of before
        assert comes("unknown")
        desk.close()
    for odd in ("", "curl/8", "baiyun/", "baiyun/<b>", f"baiyun/{'1' * 33}", "baiyun/1\n"):
        assert desk_line.version_of(odd) == ""


def test_both_views_have_every_figure_of_their_command(lite: Town) -> None:
    with lite.desk_here(), asking(lite) as (assembly, client):
        client.headers.update(bearer(new_token(assembly, "a", timedelta(days=1))))
        assert set(client.get(HEALTH_PATH).json()) == set(look(assembly)) == set(DistrictHealth.__struct_fields__)
        said = {field.name for field in fields(DeskState)}
        assert set(client.get(DESKS_PATH).json()[0]) == set(desks.fleet(assembly)[0]) == said


def test_nobody_else_is_told_anything(lite: Town) -> None:
    with lite.desk_here(), asking(lite) as (assembly, client):
        good = new_token(assembly, "a", timedelta(days=1))
        mark, name, secret = good.split(".")
        ended = new_token(assembly, "b", timedelta(days=1))
        with assembly.engine.begin() as conn:
            assert end(conn, assembly.clock.now_ms(), ended.split(".")[1]) == 1
        past = new_token(assembly, "c", timedelta(0))
        for wrong in ("", "x", mark, f"{mark}.{name}", f"{mark}.{name}.", f"x.{name}.{secret}", good[:-1], ended, past):
            answer = client.get(DESKS_PATH, headers=bearer(wrong))
            assert (answer.status_code, wrong) == (401, wrong)
            assert answer.headers["www-authenticate"] == "Bearer" and "管理令牌" in answer.json()["message"]
        assert client.get(HEALTH_PATH).status_code == 401
        assert client.get(DESKS_PATH, headers=bearer(good)).status_code == 200


def test_a_desks_token_and_an_administrators_open_nothing_of_each_other(lite: Town) -> None:
    with asking(lite) as (assembly, client):
        admin = new_token(assembly, "a", timedelta(days=1))
        code = lite.run("enrol", lite.folder, "--post", "窗口", "--area", "150206001006").split("-")
        request = {"code": "".join(code)[:10], "nonce": "n" * 22}
        token = client.post("/v1/enrol", content=msgspec.json.encode(request)).json()["token"]
        assert client.get(WAIT_PATH, params={"pos": 0, "s": 0}, headers=bearer(token)).status_code in (200, 204)
        assert client.get(WAIT_PATH, params={"pos": 0, "s": 0}, headers=bearer(admin)).status_code == 401
        assert client.get(DESKS_PATH, headers=bearer(token)).status_code == 401


def test_who_guesses_waits_and_does_not_keep_the_holder_out(lite: Town, caplog: pytest.LogCaptureFixture) -> None:
    with asking(lite) as (assembly, client), caplog.at_level(logging.WARNING):
        good = new_token(assembly, "a", timedelta(days=1))
        answers = [client.get(DESKS_PATH, headers=bearer(f"bya.x.{n}")) for n in range(12)]
        assert [a.status_code for a in answers] == [401] * 10 + [429] * 2
        assert int(answers[-1].headers["retry-after"]) == 600
        assert client.get(DESKS_PATH, headers=bearer(good)).status_code == 200
    wrong = [r for r in caplog.messages if "wrong administrator" in r]
    assert len(wrong) == 10 and not any("bya." in line for line in caplog.messages)


def test_one_token_asks_so_often_and_no_more(lite: Town) -> None:
    with asking(lite) as (assembly, client):
        one, other = (bearer(new_token(assembly, who, timedelta(days=1))) for who in "ab")
        answers = [client.get(DESKS_PATH, headers=one).status_code for _ in range(READS_MAX + 1)]
        assert answers == [200] * READS_MAX + [429]
        assert client.get(DESKS_PATH, headers=other).status_code == 200


def test_tokens_are_listed_and_ended_by_command_and_kept_as_hashes(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    assert str(file) in town.run("token", town.folder, "--for", "值班室", "--days", 30, "--file", file)
    assert file.stat().st_mode & 0o077 == 0
    token = file.read_text().strip()
    (row,) = json.loads(town.run("tokens", town.folder, "--json"))
    assert row["holder"] == "值班室" and row["expires_at"] - row["made_at"] == 30 * 86_400_000
    with Assembly(town.folder) as assembly, assembly.snapshot() as conn:
        found = holder_of(conn, token, assembly.clock.now_ms())
        assert found is not None and (found.holder, found.login) == ("值班室", "")
        kept = conn.execute(select(TOKEN)).one()
        assert token.split(".")[2] not in str(kept) and len(kept.secret_hash) == 64
    assert "good until" in town.run("tokens", town.folder)
    assert "no token is called" in town.run("end-token", town.folder, "nobody", "--yes", code=1)
    town.run("end-token", town.folder, row["id"], code=1)  # nobody said yes
    assert "ended" in town.run("end-token", town.folder, row["id"], "--yes")
    assert "before" in town.run("end-token", town.folder, row["id"], "--yes")
    with Assembly(town.folder) as assembly, assembly.snapshot() as conn:
        assert holder_of(conn, token, assembly.clock.now_ms()) is None


def test_a_token_that_was_ended_after_the_backup_opens_nothing_in_what_is_restored(lite: Town, tmp_path: Path) -> None:
    token = lite.run("token", lite.folder, "--for", "a").strip()
    lite.backup()
    restored = tmp_path / "restored"
    assert "all administrators' tokens were ended" in lite.restore(restored)
    with Assembly(restored) as assembly, assembly.snapshot() as conn:
        assert holder_of(conn, token, assembly.clock.now_ms()) is None
        assert conn.execute(select(TOKEN.c.ended_at)).scalar_one() is not None


def test_a_district_founded_before_there_were_tokens_refuses_politely(lite: Town) -> None:
    with asking(lite) as (assembly, client):
        TOKEN.drop(assembly.engine)
        assert client.get(DESKS_PATH, headers=bearer("bya.x.y")).status_code == 401
        assert client.get(DESKS_PATH, headers=bearer(new_token(assembly, "a", timedelta(days=1)))).status_code == 200


def test_a_clock_past_the_end_closes_the_door(lite: Town) -> None:
    with asking(lite) as (assembly, client):
        token = new_token(assembly, "a", timedelta(days=1))
        with assembly.engine.begin() as conn:
            conn.execute(update(TOKEN).values(expires_at=assembly.clock.now_ms()))
        assert client.get(DESKS_PATH, headers=bearer(token)).status_code == 401

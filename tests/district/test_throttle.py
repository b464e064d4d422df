"""However many workers serve a district and however often they start, who guesses or asks too often waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select, update

from baiyun_desktop.district import Assembly, admin_door, editions
from baiyun_desktop.district.admin_tokens import new_token
from baiyun_desktop.district.fleet_api import DESKS_PATH, beside
from baiyun_desktop.district.throttle import KEPT_MS, CountedService, forget
from baiyun_desktop.district.throttle_tables import TRIED
from sync.district.app import application
from sync.limits import Limits

from .conftest import Town
from .test_fleet_api import bearer

WRONG = msgspec.json.encode({"code": "0123456789", "nonce": "n" * 22})


@contextmanager
def worker(town: Town, wrong_max: int = 3) -> Iterator[tuple[Assembly, TestClient]]:
    """A process's part of the district, as `serve` puts it together."""
    with Assembly(town.folder) as assembly:
        ca_pem, limits = assembly.certificates.ca_pem(), Limits(wrong_codes_max=wrong_max)
        service = CountedService(assembly.engine, assembly.district, assembly.enroller(), ca_pem, limits)
        with TestClient(application(service, beside=beside(assembly, service))) as client:
            yield assembly, client


def test_workers_count_together_and_after_a_restart(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_door, "READS_MAX", 4)
    with ExitStack() as stack:
        (assembly, one), (_, other) = (stack.enter_context(worker(town)) for _ in range(2))
        turns = [one, other, one, other]
        codes = [client.post("/v1/enrol", content=WRONG).status_code for client in turns]
        assert codes == [403, 403, 403, 429], codes
        guesses = [client.get(DESKS_PATH, headers=bearer("bya.x.y")).status_code for client in turns]
        assert guesses == [401, 401, 401, 429]
        mine, others = (bearer(new_token(assembly, who, timedelta(days=1))) for who in "ab")
        reads = [client.get(DESKS_PATH, headers=mine).status_code for client in [*turns, one]]
        assert reads == [200] * 4 + [429], "a right token is let in whatever its address has tried, and so often"
        assert other.get(DESKS_PATH, headers=others).status_code == 200
    with worker(town) as (assembly, again):
        assert again.post("/v1/enrol", content=WRONG).status_code == 429
        assert again.get(DESKS_PATH, headers=bearer("bya.x.y")).status_code == 429
        assert again.get(DESKS_PATH, headers=mine).status_code == 429
        with assembly.engine.begin() as conn:
            assert mine["Authorization"].rpartition(".")[2] not in str(conn.execute(select(TRIED)).all())
            conn.execute(update(TRIED).values(at=TRIED.c.at - KEPT_MS))
        assert again.get(DESKS_PATH, headers=mine).status_code == 200
        forget(assembly.engine)
        with assembly.engine.connect() as conn:
            assert conn.execute(select(func.count()).select_from(TRIED)).scalar_one() == 1


def test_a_district_of_before_gets_the_table_by_its_upgrade(lite: Town) -> None:
    with Assembly(lite.folder) as assembly:
        with assembly.engine.begin() as conn:  # as the edition of before left it
            TRIED.drop(conn)
            conn.execute(editions.EDITION.delete().where(editions.EDITION.c.number == 6))
        assert "run 'baiyun-district upgrade" in lite.run("serve", lite.folder, "--port", "0", code=1)
        lite.run("upgrade", lite.folder, "--to", lite.store)
    with worker(lite) as (_, client):
        assert client.post("/v1/enrol", content=WRONG).status_code == 403

"""Rounds over a real line: what they cost, who may speak, and what is said when it is too much."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import zstandard

from sync.desk.transport import Transport
from sync.district.serve import listen
from sync.errors import Busy, Damaged, Refused, Superseded
from sync.outside import SystemClock
from sync.protocol import News, decode
from sync.wire import BODY_BYTES_MAX, PACK_PATH, ROUND_PATH, ErrorBody
from tests.sync.net.conftest import Running, ToyDesk, ToyDistrict

Enrol = Callable[..., ToyDesk]
NOOP_BYTES_MAX = 400
"""Both ways together, headers included, on a kept connection."""


def test_a_noop_round_costs_few_bytes(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        desk.round([])
        desk.round([])
        meter = desk.transport.meter
        before = meter.up, meter.down, meter.requests
        reply = desk.round([])
        assert reply.pack is None
        assert not reply.feed
        up, down, requests = meter.up - before[0], meter.down - before[1], meter.requests - before[2]
        assert requests == 1
        assert up > 100
        assert down > 50
        assert up + down < NOOP_BYTES_MAX, (up, down)


def test_the_meter_counts_what_http_and_tls_send(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        desk.round(desk.notes(*("x" * 3000 for _ in range(30))))
        meter = desk.transport.meter
        wire = meter.wire()
        assert wire is not None, "Linux counts TCP's bytes"
        # A handshake and 22 bytes a record: more than HTTP alone, and not by much.
        assert meter.up < wire[0] < meter.up + 2500
        assert meter.down < wire[1] < meter.down + 2500
        desk.transport.close()
        assert meter.wire() == wire, "what a closed connection carried stays counted"


def test_acts_pushed_by_one_desk_reach_another(toy_district: ToyDistrict, enrolled: Enrol) -> None:
    with toy_district.running() as running:
        one, other = enrolled(toy_district, running), enrolled(toy_district, running)
        elsewhere = enrolled(toy_district, running, "B")
        for desk in (one, other, elsewhere):
            desk.round([])
        assert one.round(one.notes("甲", "乙")).upto == 2
        assert other.round([]).feed
        assert not elsewhere.round([]).feed


def test_who_is_not_enrolled_or_revoked_is_refused(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        for token in ("", "x", "A" * 22, desk.enrolment.token[:-1] + "!"):
            stranger = Transport(running.url, token, lite_district.ca_pem(), SystemClock().now_ms)
            with pytest.raises(Refused):
                stranger.post(ROUND_PATH, desk.message([]))
            with pytest.raises(Refused):
                stranger.wait(0, 0)
            stranger.close()
        desk.round([])
        lite_district.revoke(desk.enrolment.replica)
        assert "撤销" in desk.round(desk.notes("last")).revoked
        assert lite_district.held()[0] == 1, "what it had typed is taken in all the same"
        with pytest.raises(Refused, match="撤销"):
            desk.transport.wait(0, 0)


def test_an_abandoned_round_is_superseded(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        abandoned = desk.message(desk.notes("late"))
        desk.round([])
        with pytest.raises(Superseded):
            desk.transport.post(ROUND_PATH, abandoned)
        assert lite_district.held() == (0, 0, 0)


def test_a_damaged_message_is_refused_politely(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        bomb = b"\1" + zstandard.ZstdCompressor(level=19).compress(bytes(300 * 2**20))
        for body in (b"", b"\0", b"\1junk", b"\0\xc1", b"<html>", b"\1" + b"\x28\xb5\x2f\xfd" * 9, bomb):
            with pytest.raises(Damaged):
                desk.transport.post(ROUND_PATH, body)
        desk.round([])


def test_a_body_beyond_the_bound_is_not_read(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        with pytest.raises(Refused):
            desk.transport.post(ROUND_PATH, bytes(BODY_BYTES_MAX + 1))


def test_a_full_queue_says_when_to_come_back(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
    with lite_district.running("--rounds-queued-max", "0", "--port", str(running.port)), pytest.raises(Busy) as caught:
        desk.round([])
    assert 2 <= caught.value.retry_after_s <= 9


def test_a_pack_comes_in_pieces(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        desk.send(desk.notes(*("内容" * n for n in range(20))))
        pack = desk.send([]).pack
        assert pack is not None
        path = PACK_PATH + pack[0]
        whole = desk.transport.get(path)
        half = len(whole) // 2
        assert len(whole) > 100
        assert desk.transport.get(path, (0, half)) + desk.transport.get(path, (half, len(whole) + 999)) == whole
        assert desk.transport.get(path, (len(whole), len(whole) + 1)) == b""
        with pytest.raises(Refused):
            desk.transport.get(PACK_PATH + "0" * 32)
        with pytest.raises(Refused):
            desk.transport.get(PACK_PATH + "..%2f..%2ftls%2fca.key")


def test_sigterm_ends_cleanly_while_desks_wait(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        waiting = threading.Thread(target=lambda: desk.transport.wait(10**9, 30))
        waiting.start()
        time.sleep(0.5)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0
        assert time.monotonic() - began < 5
        waiting.join(5)
        assert not waiting.is_alive()


def _wait_for_news(desk: ToyDesk, running: Running) -> tuple[threading.Thread, list[tuple[bool, float]]]:
    line = Transport(running.url, desk.enrolment.token, desk.enrolment.ca, SystemClock().now_ms)
    woken: list[tuple[bool, float]] = []

    def wait() -> None:
        woken.append((line.wait(desk.pos, 20), time.monotonic()))
        line.close()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, woken


def test_an_idle_desk_learns_of_a_change_within_two_seconds(toy_district: ToyDistrict, enrolled: Enrol) -> None:
    with toy_district.running() as running, toy_district.running() as second_worker:
        writer, idle = enrolled(toy_district, running), enrolled(toy_district, running)
        writer.round([])
        idle.round([])
        here = _wait_for_news(idle, running)
        there = _wait_for_news(idle, second_worker)
        time.sleep(1.0)
        assert here[1] == there[1] == []
        writer.round(writer.notes("news"))
        said = time.monotonic()
        for thread, woken in (here, there):
            thread.join(10)
            assert woken[0][0] is True
            assert woken[0][1] - said < 2.0
        assert idle.transport.wait(idle.pos + 1, 0) is False, "nothing beyond what was told"
        news = decode(idle.transport.get("/v1/wait?pos=0&s=0"), News)
        assert news.pos > 0 and news.areas == sorted(news.areas) != [], "named by its areas, without content"


def test_the_openapi_document_names_every_path(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    with lite_district.running() as running:
        desk = enrolled(lite_district, running)
        document = json.loads(desk.transport.get("/openapi.json"))
    paths = {path: set(item) for path, item in document["paths"].items()}
    assert paths == {
        "/v1/round": {"post"},
        "/v1/wait": {"get"},
        "/v1/pack/{name}": {"get"},
        "/v1/blob/{name}": {"get", "post"},
        "/v1/rescue/{epoch}/{number}": {"get"},
        "/v1/lifeboat": {"post"},
        "/v1/enrol": {"post"},
        "/v1/ca": {"get"},
        "/v1/health": {"get"},
    }
    body = document["paths"]["/v1/round"]["post"]["requestBody"]["content"]
    assert body == {"application/msgpack": {"schema": {"type": "string", "format": "binary"}}}
    assert {"code", "nonce"} <= set(document["components"]["schemas"]["EnrolRequest"]["required"])


STRANGE = [
    ("POST", "/v1/enrol", 400),
    ("GET", "/v1/wait", 400),
    ("GET", "/v1/wait?pos=-1", 400),
    ("GET", "/v1/wait?pos=0&s=99", 400),
    ("GET", "/v1/round", 405),
    ("GET", "/v1/nothing", 404),
    ("POST", "/v1/health", 405),
]


def test_a_strange_request_is_answered_in_the_same_small_shape(lite_district: ToyDistrict, enrolled: Enrol) -> None:
    context = ssl.create_default_context(cadata=lite_district.ca_pem())
    with lite_district.running() as running:
        token = enrolled(lite_district, running).enrolment.token
        line = http.client.HTTPSConnection("127.0.0.1", running.port, context=context, timeout=10)
        for method, path, status in STRANGE:
            line.request(method, path, b"{}" if method == "POST" else None, {"Authorization": "Bearer " + token})
            answer = line.getresponse()
            body = msgspec.msgpack.decode(answer.read(), type=ErrorBody)
            assert (answer.status, path) == (status, path)
            assert body.message
            assert {h.lower() for h, _ in answer.getheaders()} <= {"content-type", "content-length", "allow"}
        line.close()


def test_an_answer_does_not_wait_for_the_desks_acknowledgement() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP, "what asyncio looks at before it sets TCP_NODELAY"


def test_many_desks_push_at_once(toy_district: ToyDistrict, enrolled: Enrol) -> None:
    with toy_district.running() as running:
        desks = [enrolled(toy_district, running, area) for area in "ABABABAB"]
        with ThreadPoolExecutor(len(desks)) as threads:
            for _ in range(3):
                batches = [desk.notes("甲", "乙", "丙") for desk in desks]
                list(threads.map(lambda pair: pair[0].round(pair[1]), zip(desks, batches, strict=True)))
        assert toy_district.held() == (72, 72, 72)

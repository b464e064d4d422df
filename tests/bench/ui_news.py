"""A line that brings news to the desk of the window's bench, in the protocol's own bytes."""

from __future__ import annotations

from collections.abc import Sequence

from sync.act import Change
from sync.outside import SystemClock
from sync.protocol import Entry, RoundReply, RoundRequest, decode, encode, pack_feed

from .register import Register

PACK_POS = 1_000
"""The position up to which the desk holds everything when the bench begins."""
NEWS_SEED = 4_711
NEWS_A_REPLY = 500


def replies(records: int) -> list[bytes]:
    """What a district answers, one round's requests after the other, when it has so many new records for this desk."""
    news = [c for c in Register(records * 2, seed=NEWS_SEED).records() if c.collection != "organisation"][:records]
    parts = [news[at : at + NEWS_A_REPLY] for at in range(0, len(news), NEWS_A_REPLY)]
    return [_reply(n, part, more=n < len(parts) - 1) for n, part in enumerate(parts)]


def _reply(number: int, part: Sequence[Change], *, more: bool) -> bytes:
    first = PACK_POS + 1 + number * NEWS_A_REPLY
    entries = [Entry(first + n, "e", c.collection, c.id, c.fields) for n, c in enumerate(part)]
    last = entries[-1].pos
    return encode(RoundReply(last, b"", SystemClock().now_ms(), 0, [], pack_feed(entries, []), more))


class NewsLine:
    """A line with those answers behind it: only the district is played, so that what the bench measures is the desk."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers = answers

    def post(self, path: str, body: bytes) -> bytes:
        return self._answers[(decode(body, RoundRequest).pos - PACK_POS) // NEWS_A_REPLY]

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        raise AssertionError("no pack was offered")

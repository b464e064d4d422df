"""A desk's line straight into its district, with all that a carrier asks of one, for tests without a network."""

from __future__ import annotations

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.carrier import Carrier
from sync.district.direct import DirectLine
from sync.district.district import District
from sync.errors import LineDown


class StraightLine(DirectLine):
    """`on` is its switch; it never has news."""

    on = True

    def post(self, path: str, body: bytes) -> bytes:
        if not self.on:
            raise LineDown("cut")
        return super().post(path, body)

    def wait(self, pos: int, seconds: float = 0.0) -> bool:
        return False

    def close(self) -> None: ...


def carrier_of(district: District, replica: Replica) -> Carrier:
    rounds, news = (StraightLine(district, replica.identity.replica) for _ in range(2))
    return Carrier(replica, rounds, news, lambda: 0.5)

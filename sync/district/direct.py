"""A line without a wire: desk and district in one process, for small programs, examples, tests and simulators."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from ..protocol import encode
from ..wire import BLOB_PATH, LIFEBOAT_PATH, RESCUE_PATH
from .district import District


class DirectLine:
    """One desk's way to a district in the same process."""

    def __init__(self, district: District, replica: str) -> None:
        self.district = district
        self.replica = replica

    def post(self, path: str, body: bytes) -> bytes:
        """What the district's web application would answer."""
        if path == LIFEBOAT_PATH:
            return self.district.lifeboat(self.replica, body)
        if not path.startswith(BLOB_PATH):
            return self.district.round(self.replica, body)
        name, at, size = _blob_asked(path)
        sealed = path.endswith("&sealed=1")
        return encode(self.district.take_blob(self.replica, name, at, size, body, sealed=sealed))

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        """The content at a path, or its bytes from `span[0]` to before `span[1]`."""
        if path.startswith(BLOB_PATH):
            name, at, _ = _blob_asked(path)
            return self.district.blob(self.replica, name, at)
        last = path.rsplit("/", 1)[1]
        if path.startswith(RESCUE_PATH):
            epoch, number = map(int, path.removeprefix(RESCUE_PATH).split("/"))
            return self.district.rescued(self.replica, epoch, number)
        data = self.district.pack(self.replica, last).read_bytes()
        return data if span is None else data[span[0] : span[1]]


def _blob_asked(path: str) -> tuple[str, int, int]:
    url = urlsplit(path)
    asked = parse_qs(url.query)
    return url.path.rsplit("/", 1)[1], int(asked["at"][0]), int(asked.get("size", ["0"])[0])

"""Turns a PDF into pictures of its pages, so that a window can show what the printer will give."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Page:
    """One page as pixels: rows of red, green, blue bytes with no padding (QImage.Format_RGB888, stride 3 × width)."""

    width: int
    height: int
    rgb: bytes

    def png(self) -> bytes:
        """The page as a PNG file."""
        stride = 3 * self.width
        rows = b"".join(b"\0" + self.rgb[at : at + stride] for at in range(0, len(self.rgb), stride))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def pages(pdf: bytes, *, dpi: float = 96, only: range | None = None) -> list[Page]:
    """Pictures of the pages, all or `only` those counted from 0."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        wanted = range(len(document)) if only is None else only
        return [_page(document[number], dpi / 72) for number in wanted if number < len(document)]


def text_of(pdf: bytes) -> str:
    """All the text, as search and copy see it."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(document[at].get_textpage().get_text_range() for at in range(len(document)))


def write_pngs(pdf: bytes, folder: Path, stem: str, *, dpi: float = 96) -> list[Path]:
    """Writes each page as `stem-1.png` and on, and says where."""
    written = []
    for number, page in enumerate(pages(pdf, dpi=dpi), 1):
        path = folder / f"{stem}-{number}.png"
        path.write_bytes(page.png())
        written.append(path)
    return written


def _page(page: object, scale: float) -> Page:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)  # type: ignore[attr-defined]
    raw, stride = bytes(bitmap.buffer), bitmap.stride
    line = 3 * bitmap.width
    rgb = raw if stride == line else b"".join(raw[at : at + line] for at in range(0, stride * bitmap.height, stride))
    return Page(bitmap.width, bitmap.height, rgb)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""What is left of records that were erased by law, and of photographs: nothing of the first, all of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import zstandard

from sync.act import Op
from sync.codec import decompress
from sync.district.tables import METADATA

if TYPE_CHECKING:
    from .town import Town

MARK = re.compile(rb"~[0-9a-f]{6}~")
ZSTD = b"\x28\xb5\x2f\xfd"


def _content(town: Town) -> bytes:
    """All that the district has, unpacked as far as it goes, and its packs."""
    found: list[bytes] = []
    for table in METADATA.sorted_tables:
        for row in town.engine.raw.execute(f'SELECT * FROM "{table.name}"'):
            for value in row:
                if isinstance(value, bytes):
                    found.append(decompress(value) if value[:4] == ZSTD else value)
                elif isinstance(value, str):
                    found.append(value.encode())
    found.append(town.engine.raw.serialize())
    packs = [p.read_bytes() for p in town.folder.rglob("*") if p.is_file()]
    return b"\n".join([*found, *(decompress_all(p) for p in packs)])


def decompress_all(data: bytes) -> bytes:
    """A file's content, whether it is packed or not."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(data) if data[:4] == ZSTD else data


def erased_wrongs(town: Town) -> Iterator[str]:
    """Marks that were typed into erased records and still stand somewhere: at the district, in a pack, in a desk's file."""
    gone = {r for (r,) in town.engine.raw.execute("SELECT record FROM erased")}
    if not gone:
        return
    typed, elsewhere = set[bytes](), set[bytes]()
    for act in town.ledger.saved.values():
        for change in act.changes:
            if change.op is not Op.DECIDE:
                body = msgspec.msgpack.encode(change.fields)
                body += b"".join(c for name, c in town.photos.items() if name.encode() in body)
                (typed if change.id in gone else elsewhere).update(MARK.findall(body))
    typed -= elsewhere
    if left := typed & set(MARK.findall(_content(town))):
        yield f"erased, and yet at the district: {sorted(left)[:4]}"
    for office in town.alive():
        # What was typed on an old form, and refused because the record is erased, is in the tray until it is put aside.
        tray = office.store.raw.execute("SELECT body FROM sync_journal WHERE outcome='refused' AND kept=0")
        mine = {mark for (body,) in tray for mark in MARK.findall(body)}
        if left := (typed & set(MARK.findall(office.store.tidied()))) - mine:
            yield f"erased, and yet with {office.name}: {sorted(left)[:4]}"


def photo_wrongs(town: Town) -> Iterator[str]:
    """Photographs of acts that arrived, whose file the district has not got though a desk has it."""
    have = {n for (n,) in town.engine.raw.execute("SELECT hash FROM blob WHERE size>0 AND have=size")}
    wanted = {n for (n,) in town.engine.raw.execute("SELECT target FROM ref WHERE field='photo'")}
    for name in sorted(wanted - have):
        holders = [o.name for o in town.alive() if o.store.has_file(name)]
        if holders:
            yield f"I2 photograph {name[:6]} has not arrived, though {holders} have it"

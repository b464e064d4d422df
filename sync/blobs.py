"""Files that travel beside the rows: known by the hash of their content, carried in pieces that can be asked for again."""

from __future__ import annotations

import hashlib

from .schema import CollectionSpec, Row

PIECE_BYTES = 256 * 1024
"""What one request carries: a second on a line of 2 Mbit/s."""
BLOB_BYTES_MAX = 20 * 2**20
"""A scanned form of some pages, or a photograph."""
HASH_CHARS = 64


def hash_of(content: bytes) -> str:
    """By which a file is known: BLAKE2b with 32 bytes, in hex (RFC 7693)."""
    return hashlib.blake2b(content, digest_size=HASH_CHARS // 2).hexdigest()


def is_hash(text: object) -> bool:
    """Whether this can be the hash of a file."""
    return isinstance(text, str) and len(text) == HASH_CHARS and all(c in "0123456789abcdef" for c in text)


def blobs_of(spec: CollectionSpec | None, row: Row) -> dict[str, str]:
    """The files that a row links, by field."""
    if spec is None:
        return {}
    return {name: row[name] for name in spec.blob_fields if is_hash(row.get(name))}

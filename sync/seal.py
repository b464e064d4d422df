"""Sealing bytes to the district's key: a desk can still carry what its officers may not read any more."""

from __future__ import annotations

import os
from collections.abc import Callable

from .errors import Damaged

KEY_BYTES = 32
_TAG = b"baiyun seal 1"
_FORM = b"\1"
"""The first byte of what is sealed: how it is to be opened."""


def new_key(random: Callable[[int], bytes] = os.urandom) -> bytes:
    """A private key (X25519, RFC 7748)."""
    return random(KEY_BYTES)


def public_of(private: bytes) -> bytes:
    """The public key to seal to."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, content: bytes, about: bytes = b"", *, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The content as only the holder of the private key can read it: a fresh public key, then ChaCha20-Poly1305.

    `about` must be said again to open it: what one desk sealed is not another's. The sealing key is used once, so the nonce
    may stand still.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    once = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
    mine = once.public_key().public_bytes_raw()
    key = _key(once.exchange(X25519PublicKey.from_public_bytes(public)), mine, public)
    return _FORM + mine + ChaCha20Poly1305(key).encrypt(bytes(12), content, _TAG + about)


def open_sealed(private: bytes, sealed: bytes, about: bytes = b"") -> bytes:
    """The content; raises Damaged where it was not sealed to this key and about this, or is not whole."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    theirs = sealed[1 : 1 + KEY_BYTES]
    mine = X25519PrivateKey.from_private_bytes(private)
    try:
        if sealed[:1] != _FORM:
            raise Damaged("this was sealed by a newer version")
        shared = mine.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = _key(shared, theirs, mine.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(bytes(12), sealed[1 + KEY_BYTES :], _TAG + about)
    except (InvalidTag, ValueError) as error:
        raise Damaged("what was sealed cannot be opened") from error


def _key(shared: bytes, *publics: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=b"".join(publics), info=_TAG).derive(shared)

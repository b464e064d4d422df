"""What is fetched in pieces: unreadable while it lies there, gone on with after any cut, and never taken for another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.desk.pieces import opened, resume, sealed
from sync.errors import Damaged

KEY = bytes(range(32))
PIECES = [b"\x28\xb5\x2f\xfd" + b"A" * 900, b"B" * 300, b"C" * 7]


def lay(path: Path, pieces: list[bytes], key: bytes = KEY, name: str = "pack") -> Path:
    with path.open("w+b") as file:
        for piece in pieces:
            file.write(sealed(key, name, resume(file, key, name), piece))
    return path


def read(path: Path, key: bytes = KEY, name: str = "pack") -> bytes:
    with path.open("rb") as file:
        return opened(file, key, name).read() or b""


def test_pieces_come_back_as_they_came_and_stand_there_in_no_way(tmp_path: Path) -> None:
    path = lay(tmp_path / "p", PIECES)
    assert read(path) == b"".join(PIECES)
    assert not any(part in path.read_bytes() for part in (b"\x28\xb5\x2f\xfd", b"AAAA", b"BBBB", b"CCCC"))
    assert path.read_bytes() != lay(tmp_path / "again", PIECES).read_bytes(), "no nonce comes twice"


def test_wherever_it_was_cut_it_goes_on_after_the_last_whole_piece(tmp_path: Path) -> None:
    whole = lay(tmp_path / "p", PIECES).read_bytes()
    ends = [0, 904, 1204, 1211]
    reached = set()
    for size in range(0, len(whole) + 1, 5):
        path = tmp_path / "cut"
        path.write_bytes(whole[:size])
        with path.open("r+b") as file:
            at = resume(file, KEY, "pack")
            for piece in PIECES[ends.index(at) :]:
                file.write(sealed(KEY, "pack", at, piece))
                at += len(piece)
        assert read(path) == b"".join(PIECES), size
        reached.add(at)
    assert reached == {1211}


@pytest.mark.parametrize(("key", "name"), [(bytes(32), "pack"), (KEY, "other")])
def test_of_another_key_or_another_pack_nothing_is_gone_on_with(tmp_path: Path, key: bytes, name: str) -> None:
    path = lay(tmp_path / "p", PIECES)
    with pytest.raises(Damaged):
        read(path, key, name)
    with path.open("r+b") as file:
        assert resume(file, key, name) == 0
    assert path.read_bytes() == b""


def test_pieces_that_changed_places_or_a_byte_are_damage(tmp_path: Path) -> None:
    first, second = b"A" * 50, b"B" * 50
    whole = lay(tmp_path / "p", [first, second]).read_bytes()
    middle = len(whole) // 2
    for wrong in (whole[middle:] + whole[:middle], whole[:-1] + bytes([whole[-1] ^ 1]), b"\xff" * 40):
        (tmp_path / "p").write_bytes(wrong)
        with pytest.raises(Damaged):
            read(tmp_path / "p")


def test_without_a_key_they_lie_as_they_came(tmp_path: Path) -> None:
    assert lay(tmp_path / "p", PIECES, key=b"").read_bytes() == b"".join(PIECES) == read(tmp_path / "p", b"")

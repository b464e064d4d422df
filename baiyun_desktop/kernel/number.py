"""Numbers of papers and registrations: a pattern's text, and blocks that let a desk number for good with no line."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """One series a unit and year. `text` may use {year} {district} {unit} {word} and {serial}."""

    name: str
    title: str
    word: str
    text: str = "({year}){district}{unit}{word}字第{serial}号"
    digits: int = 5
    block: int = 500
    """How many serials one desk reserves at a time."""

    def number(self, *, year: int, district: str, unit: str, serial: int) -> str:
        """The number in words, such as (2026)白矿宝山流登字第00012号."""
        return self.text.format(
            year=year, district=district, unit=unit, word=self.word, serial=str(serial).zfill(self.digits)
        )

    def provisional(self, *, year: int, district: str, unit: str, mark: str) -> str:
        """What a paper carries until the desk has a block again; `mark` is unlike any serial."""
        return self.text.format(year=year, district=district, unit=unit, word=self.word, serial=f"暂{mark}")


@dataclass(frozen=True, slots=True)
class Block:
    """Serials `first`…`last` of one pattern, unit and year, reserved for one desk; `next` is the first still free."""

    pattern: str
    unit: str
    year: int
    first: int
    last: int
    next: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.next <= self.last + 1:
            raise ValueError(f"no block: {self.first}…{self.last}, next {self.next}")

    @property
    def left(self) -> int:
        return self.last - self.next + 1

    def take(self) -> tuple[int, Block]:
        """The next serial and what is left. Raises OutOfNumbersError where nothing is."""
        if self.left <= 0:
            raise OutOfNumbersError(f"{self.pattern} {self.year}")
        return self.next, replace(self, next=self.next + 1)

    def gaps(self, used: set[int]) -> list[int]:
        """Serials passed over without a paper: lawful, and listed."""
        return [serial for serial in range(self.first, self.next) if serial not in used]


class OutOfNumbersError(Exception):
    """The block has no serial left and the district has to give another."""


def reserve(pattern: NumberPattern, *, unit: str, year: int, reserved_to: int) -> Block:
    """The block after all serials that the district has given so far (`reserved_to`, 0 for none) in this series."""
    first = reserved_to + 1
    return Block(pattern.name, unit, year, first=first, last=reserved_to + pattern.block, next=first)


def take_first(blocks: list[Block], *, pattern: str, unit: str, year: int) -> tuple[int, list[Block]]:
    """The next serial of a series out of a desk's blocks, oldest block first. Raises OutOfNumbersError."""
    for at, block in enumerate(blocks):
        if (block.pattern, block.unit, block.year) == (pattern, unit, year) and block.left > 0:
            serial, rest = block.take()
            return serial, [*blocks[:at], rest, *blocks[at + 1 :]]
    raise OutOfNumbersError(f"{pattern} {year}")

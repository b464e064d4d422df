"""Cited articles with a sentence in plain words each, shown beside the step, on the paper's back and in search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a law or rule; `plain` is our own sentence for people who are no lawyers."""

    law: str
    number: str
    plain: str

    @property
    def citation(self) -> str:
        """As it is printed: 《居住证暂行条例》第2条."""
        return f"《{self.law}》第{self.number}条"


class Law:
    """A law by its articles: `PERMIT_RULES[2]` is the article, or KeyError where nobody has put it into plain words."""

    def __init__(self, name: str, plain: Mapping[int | str, str]) -> None:
        self.name = name
        self.articles: dict[str, Article] = {str(n): Article(name, str(n), text) for n, text in plain.items()}

    def __getitem__(self, number: int | str) -> Article:
        return self.articles[str(number)]

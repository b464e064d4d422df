"""One question of a list asked page by page: the last of five hundred pages comes as quickly as the second.

The first page and the count come from an index. For any further one the order is taken once, as the keys of all rows; a
page is then looked up by its keys. An offset would walk over all the rows before it, page for page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from baiyun_desktop.replica.filters import Filter
from baiyun_desktop.replica.read import Page, Read


class Paging:
    """May be asked from several threads. `where` is asked for once, in the first of them: it may have to search."""

    def __init__(
        self, read: Read, kind: str, where: Callable[[], Filter], sort: Sequence[str], columns: Sequence[str]
    ) -> None:
        self._read, self._kind, self._sort, self._columns = read, kind, sort, columns
        self._asked = where
        self._where: Filter | None = None
        self._keys: Sequence[str] | None = None
        self._lock = threading.Lock()

    def page(self, offset: int, limit: int) -> Page:
        """Rows `offset`… and how many there are in all."""
        if not offset:
            return self._read.list(self._kind, self.where, self._sort, 0, limit, columns=self._columns)
        keys = self.keys
        return self._read.at(self._kind, keys[offset : offset + limit], len(keys), offset, columns=self._columns)

    @property
    def where(self) -> Filter:
        """What all pages are filtered by."""
        with self._lock:
            if self._where is None:
                self._where = self._asked()
            return self._where

    @property
    def keys(self) -> Sequence[str]:
        """The ids of all rows in order, as they were when it was first asked."""
        where = self.where
        with self._lock:
            if self._keys is None:
                self._keys = self._read.keys(self._kind, where, self._sort)
            return self._keys

"""The real program, which dies as by a power cut when it has noted an administrator's deed: before the commit, or right after."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from baiyun_desktop import district
from baiyun_desktop.district import Assembly, deed_chain

BEFORE, AFTER = "before", "after"
noted: list[object] = []


def dies() -> None:
    if noted:
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    moment = sys.argv.pop(1)
    add, whole = deed_chain.add, Assembly.whole

    def marked(*words: Any) -> None:
        add(*words)
        noted.append(words)

    @contextmanager
    def ended(self: Assembly) -> Iterator[Assembly]:
        with whole(self) as here:
            yield here
        if self._within is None:
            dies()

    deed_chain.add = marked
    if moment == BEFORE:
        event.listen(Engine, "commit", lambda _conn: dies())
    else:
        Assembly.whole = ended  # type: ignore[assignment, method-assign]
    district.main()

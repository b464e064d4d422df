"""The frozen desk as the tests use it: its process, and the district of today at the other end of its pipe."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sync.direct import DirectLine
from sync.errors import SyncError

HERE = Path(__file__).parent
PROGRAM = HERE / "desk.zip"
FILE = HERE / "desk.db"
MESSAGES = HERE / "messages.json"
REPLICA = "0192f0c0ffee7000800000000000f001"


class FrozenDesk:
    """A desk of version 1 in a process of its own; nothing of today's `sync` is in it."""

    def __init__(self, path: Path, line: DirectLine, program: Path = PROGRAM) -> None:
        self.line = line
        self.sent: list[bytes] = []
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(program), str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def do(self, do: str, **named: Any) -> Any:
        """Has the desk do something and serves it meanwhile; raises AssertionError where its round ended in an error."""
        self._say({"do": do, **named})
        while True:
            said = self._hear()
            if "done" in said:
                return said["done"]
            assert "failed" not in said, said
            self._say(self._serve(said))

    def _serve(self, said: dict[str, Any]) -> dict[str, Any]:
        try:
            if "post" in said:
                body = base64.b64decode(said["body"])
                self.sent.append(body)
                answer = self.line.post(said["post"], body)
            else:
                span = said["span"]
                answer = self.line.get(said["get"], (span[0], span[1]) if span else None)
        except SyncError as error:
            return {"error": type(error).__name__, "words": str(error)}
        return {"answer": base64.b64encode(answer).decode()}

    def _say(self, words: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the frozen desk has ended"
        found: dict[str, Any] = json.loads(line)
        return found

"""An administrator's line to the district: asks with his own token, and keeps the last answers for when there is no line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from baiyun_desktop.replica.admin_messages import SELF_PATH, Oneself, Refusal
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.replica import Replica
from sync.desk.transport import CONNECT_S_MAX, bare_session
from sync.desk.trust import Meter, pinned_context
from sync.enrolment import SERVER_NAME

if TYPE_CHECKING:
    import requests

ANSWER_S_MAX = 30.0
TOKEN = "token:"  # noqa: S105 - a prefix of names
_JSON = "application/json"
T = TypeVar("T")


class NoToken(DoorRefusal):
    """No token has been entered for whoever sits here, or the one that was opens nothing any more."""


class NotDone(DoorRefusal):
    """The district says why not."""


class NoLine(DoorRefusal):
    """The district could not be reached, or what answered was not it."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the district said, and when, by this PC's clock. `why` says what keeps a newer answer away; "" where nothing."""

    what: T
    at: int
    why: str = ""


class Administration:
    """One window's. Each question is a connection of its own: they are seconds or minutes apart.

    `login` says who sits here, so that nobody works with another one's token; "" where nobody has to log in.
    """

    def __init__(self, replica: Replica, login: Callable[[], str] = str) -> None:
        self._replica, self._login = replica, login

    # --- the token --------------------------------------------------------------------------------------------------

    @property
    def token(self) -> str:
        """Of whoever sits here; empty where none was entered."""
        kept = self._kept(self._name)
        return kept[1].decode() if kept else ""

    @property
    def _name(self) -> str:
        return TOKEN + self._login()

    def enter(self, token: str) -> Oneself:
        """Takes a token, once the district has said whose it is. Raises NoToken, NotDone or NoLine."""
        plain = "".join(token.split())
        if not plain:
            raise NoToken("请粘贴管理令牌")
        found = msgspec.json.decode(self._ask("GET", SELF_PATH, None, plain), type=Oneself)
        if self._login() not in ("", found.login):
            raise NotDone(f"这是{found.holder}的令牌，请用您本人的")
        lacking = {duty.name for duty in self._replica.duties} - set(found.duties)
        if lacking:
            raise NotDone("这个令牌不是本岗位的：三员分立，各用各的令牌")
        self._keep(self._name, plain.encode())
        return found

    def forget(self) -> None:
        """The token opens nothing any more."""
        with self._replica.store.aside() as conn:
            conn.exec_driver_sql("DELETE FROM admin_kept WHERE name = ?", (self._name,))

    # --- questions and deeds ----------------------------------------------------------------------------------------

    def read(self, path: str, kind: type[T]) -> Answer[T]:
        """The district's answer, or the last one that there was with what keeps a newer one away.

        Raises NoToken, NotDone; NoLine where there never was an answer.
        """
        try:
            body = self._ask("GET", path, None, self.token)
        except NoLine as down:
            kept = self._kept(path)
            if kept is None:
                raise
            return Answer(msgspec.json.decode(kept[1], type=kind), kept[0], str(down))
        found = msgspec.json.decode(body, type=kind)
        return Answer(found, self._keep(path, body))

    def last(self, path: str, kind: type[T]) -> Answer[T] | None:
        """What was answered last, without asking."""
        kept = self._kept(path)
        return Answer(msgspec.json.decode(kept[1], type=kind), kept[0]) if kept else None

    def do(self, path: str, wanted: msgspec.Struct, kind: type[T]) -> T:
        """Has the district do something. Raises NoToken, NotDone with the district's reason, NoLine."""
        return msgspec.json.decode(self._ask("POST", path, msgspec.json.encode(wanted), self.token), type=kind)

    def _ask(self, method: str, path: str, body: bytes | None, token: str) -> bytes:
        import requests
        from urllib3.exceptions import HTTPError

        me = self._replica.identity
        if not token:
            raise NoToken("还没有管理令牌")
        if not me.url:
            raise NoLine("本机没有区服务器的地址")
        session = self._session(token)
        try:
            with session.request(
                method, me.url.rstrip("/") + path, data=body, headers={"Content-Type": _JSON} if body else None,
                timeout=(CONNECT_S_MAX, ANSWER_S_MAX), allow_redirects=False,
            ) as answer:  # fmt: skip
                return self._sorted_out(answer)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NoLine("连不上区服务器") from error
        finally:
            session.close()

    def _session(self, token: str) -> requests.Session:
        me = self._replica.identity
        context = pinned_context(me.ca, self._replica.clock.now_ms, Meter())
        session = bare_session(context, SERVER_NAME, me.url)

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = "Bearer " + token
            return request

        session.auth = sign
        return session

    def _sorted_out(self, answer: requests.Response) -> bytes:
        status, kind = answer.status_code, answer.headers.get("Content-Type", "")
        if not kind.startswith(_JSON):
            raise NoLine("应答的不是区服务器的管理功能；区服务器可能还没有升级")
        if status == 200:
            return answer.content
        try:
            words = msgspec.json.decode(answer.content, type=Refusal).message
        except msgspec.DecodeError:
            words = f"区服务器应答 {status}"
        if status == 401:
            self.forget()
            raise NoToken(words)
        raise (NoLine if status in (429, 503) else NotDone)(words)

    # --- what is kept -----------------------------------------------------------------------------------------------

    def _keep(self, name: str, body: bytes) -> int:
        now = self._replica.clock.now_ms()
        with self._replica.store.aside() as conn:
            row: tuple[Any, ...] = (name, now, body)
            conn.exec_driver_sql("INSERT OR REPLACE INTO admin_kept (name, at, body) VALUES (?, ?, ?)", row)
        return now

    def _kept(self, name: str) -> tuple[int, bytes] | None:
        with self._replica.reading() as conn:
            row = conn.exec_driver_sql("SELECT at, body FROM admin_kept WHERE name = ?", (name,)).first()
        return (int(row[0]), bytes(row[1])) if row is not None else None

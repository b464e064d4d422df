"""How a desk's messages reach the district: a kept TLS connection, few header bytes, each failure as a plain word."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from sync.enrolment import SERVER_NAME
from sync.errors import Busy, LineDown, SyncError
from sync.limits import LIMITS
from sync.wire import WAIT_PATH, WAIT_S_MAX, ErrorBody, error_of

from .trust import ENDED, Meter, pinned_context

if TYPE_CHECKING:
    import requests

CONNECT_S_MAX = 10.0
ANSWER_S_MAX = 90.0
"""A round of thousands of acts takes the district some seconds, and 300 desks may come at once."""
ANSWER_BYTES_MAX = LIMITS.message_bytes_desk
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CHUNK_BYTES = 2**16


class NotTheDistrict(LineDown):
    """Something answered at the district's address that is not it: a log-in page, a proxy, a foreign certificate."""


class CertificateEnded(LineDown):
    """The district's certificate has ended by this desk's clock: one of the two needs setting right."""


class Transport:
    """One desk's line to its district.

    Not for two threads at once: the courier has one, the long poll another; they may share a `meter`.
    `now_ms` is a clock that never decreases. System proxies are used. The certificate must carry `server_name`; None
    means the address itself.
    """

    def __init__(
        self,
        url: str,
        token: str,
        ca_pem: str,
        now_ms: Callable[[], int],
        *,
        server_name: str | None = SERVER_NAME,
        meter: Meter | None = None,
    ) -> None:
        self.meter = meter or Meter()
        self._url = url.rstrip("/")
        self._token = token
        self._ca_pem = ca_pem
        self._now_ms = now_ms
        self._server_name = server_name
        self._open_session: requests.Session | None = None

    def post(self, path: str, body: bytes) -> bytes:
        """The answer to `body`. Raises LineDown (also as Busy or NotTheDistrict) or what `wire` names."""
        return self._ask("POST", path, body=body)

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        """The content at `path`, or its bytes from `span[0]` to before `span[1]`, none beyond its end; raises as `post`."""
        headers = {} if span is None else {"Range": f"bytes={span[0]}-{span[1] - 1}"}
        return self._ask("GET", path, headers=headers)

    def wait(self, pos: int, seconds: float = WAIT_S_MAX) -> bool:
        """Whether the district has something beyond `pos`; answers at once, or when it comes, or after `seconds`."""
        answer = self._ask("GET", f"{WAIT_PATH}?pos={pos}&s={seconds:g}", answer_s_max=seconds + CONNECT_S_MAX)
        return answer != b""

    def close(self) -> None:
        """Drop the connections; the next call makes new ones."""
        if self._open_session is not None:
            self._open_session.close()
            self._open_session = None

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        answer_s_max: float = ANSWER_S_MAX,
    ) -> bytes:
        import requests
        from urllib3.exceptions import HTTPError

        self.meter.requests += 1
        try:
            with self._session().request(
                method,
                self._url + path,
                data=body,
                headers=headers,
                timeout=(CONNECT_S_MAX, answer_s_max),
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _content(answer)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _line_error(error) from error
        return _sorted_out(answer, content)

    def _session(self) -> requests.Session:
        if self._open_session is None:
            self._open_session = self._new_session()
        return self._open_session

    def _new_session(self) -> requests.Session:
        context = pinned_context(self._ca_pem, self._now_ms, self.meter)
        session = bare_session(context, self._server_name, self._url)
        session.auth = _bearer(self._token)
        return session


def bare_session(context: ssl.SSLContext, server_name: str | None, url: str) -> requests.Session:
    """A session for `url` that trusts what `context` trusts and sends no header that the district does not read.

    It goes through the system's proxy, but for a district on this very machine.
    """
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import SystemTimeWarning
    from urllib3.util import SKIP_HEADER

    # Said at each connection of a PC whose clock is wrong, which is a case we handle and show in our own words.
    warnings.filterwarnings("ignore", category=SystemTimeWarning)
    tls: dict[str, Any] = {"ssl_context": context}
    if server_name is not None:
        tls["server_hostname"] = server_name

    class Pinned(HTTPAdapter):
        """Keeps `requests` from adding the public CAs to a context that pins its own."""

        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, **tls, **kwargs)

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            return super().proxy_manager_for(proxy, **tls, **kwargs)

        def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
            # `verify` may have become the path in REQUESTS_CA_BUNDLE, which urllib3 would load into our context.
            host, _ = super().build_connection_pool_key_attributes(request, True)
            return host, {"cert_reqs": context.verify_mode}

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            conn.cert_reqs = context.verify_mode

    session = requests.Session()
    session.trust_env = urlsplit(url).hostname not in LOOPBACK
    session.headers.clear()
    session.headers.update({"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER})
    session.mount("https://", Pinned(pool_connections=1, pool_maxsize=1))
    session.adapters.pop("http://")
    return session


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """As `auth` rather than a header, since `requests` would otherwise put a password of the user's .netrc there."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = "Bearer " + token
        return request

    return sign


def _content(answer: requests.Response) -> bytes:
    found = bytearray()
    while chunk := answer.raw.read(_CHUNK_BYTES):
        found += chunk
        if len(found) > ANSWER_BYTES_MAX:
            raise NotTheDistrict(f"应答超过{ANSWER_BYTES_MAX}字节")
    want = answer.headers.get("Content-Length")
    if want is not None and want.isdigit() and int(want) != len(found):
        raise LineDown("应答不完整，线路中断")
    return bytes(found)


def _sorted_out(answer: requests.Response, content: bytes) -> bytes:
    """The content of a good answer, else the error that it stands for."""
    status = answer.status_code
    kind = answer.headers.get("Content-Type", "")
    if 300 <= status < 400 or kind.startswith("text/"):
        raise NotTheDistrict("应答的不是区服务器（可能是上网登录页面），请先在浏览器中完成登录")
    if status in (200, 206) and not (answer.headers.get("Content-Length", "").isdigit() or answer.raw.chunked):
        raise LineDown("应答不完整，线路中断")  # a head that was cut is read as one without these, and as no content
    if status in (200, 204, 206):
        return content
    if status == 416:
        return b""
    words = _words(content) or f"区服务器应答 {status}"
    if status in (429, 503):
        raise Busy(words, _seconds(answer.headers.get("Retry-After", "")))
    raise error_of(status)(words)


def _words(content: bytes) -> str:
    try:
        return msgspec.msgpack.decode(content, type=ErrorBody).message
    except msgspec.DecodeError:
        return ""


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 5.0


def _line_error(error: Exception) -> SyncError:
    """Which plain word a failure of the line is; what the library said stands in the cause."""
    from requests.exceptions import ProxyError, Timeout

    text = str(error)
    if ENDED in text:
        return CertificateEnded("区服务器的证书已过期，或本机时钟不对，请核对日期和时间")
    if "CERTIFICATE_VERIFY_FAILED" in text or "WRONG_VERSION_NUMBER" in text:
        return NotTheDistrict("此地址上应答的不是本区服务器，未发送任何数据")
    if isinstance(error, ProxyError):
        return LineDown("代理服务器不通或要求登录")
    if isinstance(error, Timeout):
        return LineDown("区服务器没有及时应答")
    return LineDown("连不上区服务器")

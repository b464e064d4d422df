"""First contact with an address: who answers there, and where nobody of ours does, what stands in the way and what to do."""

from __future__ import annotations

import ssl
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from baiyun_desktop.keys.spelled import fingerprint_words
from baiyun_desktop.replica.errors import ReplicaError
from sync.desk.enrolling import district_url
from sync.desk.transport import CONNECT_S_MAX, CertificateEnded, NotTheDistrict, Transport, bare_session
from sync.enrolment import BadCode, Code, fingerprint
from sync.errors import Busy, LineDown, SyncError
from sync.wire import CA_PATH

if TYPE_CHECKING:
    import requests

PORT = 8443
"""Where a district serves unless somebody chose otherwise."""
_TYPED_WITH_CHINESE_KEYS = str.maketrans("。｡", "..")


class NotReached(ReplicaError):
    """Nobody, or somebody else, answers at the address; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A district that answered. `url` is its address in full; `fingerprint` is of its certificate authority."""

    url: str
    fingerprint: bytes

    @property
    def words(self) -> str:
        """The fingerprint in groups, as the administrator reads it out."""
        return fingerprint_words(self.fingerprint)


def full_address(typed: str) -> str:
    """`https://host:port` of what was typed, also with an input method still on. Raises NotReached for no address."""
    text = unicodedata.normalize("NFKC", typed).translate(_TYPED_WITH_CHINESE_KEYS).strip().rstrip("/")
    if not text:
        raise NotReached("请填写区服务器的地址，管理员给的纸条上有，形如 192.168.1.10:8443")
    try:
        url = district_url(text)
        host, port = urlsplit(url).hostname or "", urlsplit(url).port
    except (LineDown, ValueError) as error:
        raise NotReached(
            f"“{typed.strip()}”不是区服务器的地址。地址形如 192.168.1.10:8443，没有 http:// 开头，后面也没有路径"
        ) from error
    return url if port else f"https://[{host}]:{PORT}" if ":" in host else f"{url}:{PORT}"


def reach(typed: str) -> Reached:
    """Asks at the address for the district's public certificate, and nothing else. Raises NotReached."""
    url = full_address(typed)
    line = _Anybody(url, "", "", lambda: 0)
    try:
        pem = line.get(CA_PATH).decode("ascii", "replace")
        return Reached(url, fingerprint(pem))
    except SyncError as error:
        raise NotReached(words_for(error, url)) from error
    except ValueError as error:
        raise NotReached(_not_ours(url)) from error
    finally:
        line.close()


def check_code(typed: str, reached: Reached) -> str:
    """The code as the district wrote it, where it is whole and this very district's. Raises NotReached, sends nothing."""
    try:
        code = Code.parse(unicodedata.normalize("NFKC", typed))
    except BadCode as error:
        raise NotReached(f"{error}。注册码是 7 组、每组 4 个字母或数字，请对照纸条逐组核对") from error
    if code.fingerprint != reached.fingerprint:
        raise NotReached(
            f"这个注册码不是 {reached.url} 上的区服务器发的：码里的指纹是 {fingerprint_words(code.fingerprint)}，"
            f"服务器的是 {reached.words}。请回上一步核对地址；地址没错就不要往下办，请告诉管理员"
        )
    return str(code)


class _Anybody(Transport):
    """A look at a public certificate. Whoever shows it is believed only as far as a code's fingerprint says so."""

    def _new_session(self) -> requests.Session:
        from urllib3.exceptions import InsecureRequestWarning

        warnings.filterwarnings("ignore", category=InsecureRequestWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return bare_session(context, None, self._url)


# --- what stands in the way -----------------------------------------------------------------------------------------


def words_for(error: SyncError, url: str) -> str:
    """What whoever sets the PC up reads and does; what the library said is looked for in the causes."""
    if isinstance(error, Busy):
        return "区服务器正忙，请过一分钟再试"
    if isinstance(error, CertificateEnded):
        return f"{error}。请先看看这台电脑右下角的日期对不对；对的话，请告诉管理员"
    if isinstance(error, NotTheDistrict) and "上网登录" in str(error):
        return (
            "应答的是一个网页，不是区服务器：多半是上网登录页面。请先打开浏览器，随便打开一个网站，"
            "在跳出来的页面上登录；能上网以后回到这里，再按“下一步”"
        )
    said = " ".join(_causes(error))
    known = next((words for signs, words in _SIGNS if any(sign in said for sign in signs)), None)
    if known is not None:
        return known(url)
    if not isinstance(error, LineDown) or isinstance(error, NotTheDistrict):
        return _not_ours(url)
    return f"连不上 {_host(url)}。请检查网线或无线网络，再按“下一步”"


def _causes(error: BaseException) -> Iterator[str]:
    """The names and words of an error and of all that led to it."""
    found: BaseException | None = error
    while found is not None:
        yield f"{type(found).__name__}: {found}"
        found = found.__cause__ or found.__context__


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _not_ours(url: str) -> str:
    return f"{_host(url)} 上有服务器，但不是区服务器。请核对地址和端口（一般是 {PORT}）；还不行请告诉管理员"


def _proxy_login(_: str) -> str:
    return (
        "要经过代理服务器，而它要求登录。请在系统的网络设置里填好代理的用户名和密码，"
        "或请管理员把区服务器的地址加到“不使用代理”里"
    )


def _proxy(_: str) -> str:
    return "系统设置了代理服务器，但它不通。请在系统的网络设置里核对代理地址，或把区服务器的地址加到“不使用代理”里"


def _no_name(url: str) -> str:
    host = urlsplit(url).hostname
    return f"找不到名叫 {host} 的服务器。请核对有没有写错；没写错就检查网线或无线网络，或请管理员给一个数字地址"


def _closed(url: str) -> str:
    return (
        f"{_host(url)} 拒绝了连接：那台机器在，但这个端口上没有区服务器。请核对端口（一般是 {PORT}），"
        "并请管理员看看区服务器是否在运行、防火墙有没有放行"
    )


def _no_network(_: str) -> str:
    return "这台电脑没有接上网络。请检查网线或无线网络，再按“下一步”"


def _silent(url: str) -> str:
    return (
        f"{_host(url)} 等了 {CONNECT_S_MAX:.0f} 秒没有应答。请核对地址，检查网线或无线网络；"
        "都没问题，请管理员看看防火墙有没有放行这个端口"
    )


def _plain(url: str) -> str:
    return (
        f"{_host(url)} 应答了，但没有加密，不是区服务器。可能是上网登录页面（请先打开浏览器登录），"
        f"也可能是端口不对（一般是 {PORT}）"
    )


def _broken(url: str) -> str:
    return (
        f"和 {_host(url)} 的加密连接被打断了，多半是中间的安全网关。什么都没有发出去。"
        "请管理员把区服务器的地址在网关上放行（不做 HTTPS 检查）"
    )


_SIGNS: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = (
    (("407", "Proxy Authentication Required"), _proxy_login),
    (("ProxyError",), _proxy),
    (("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "wrong version number", "record layer failure"), _plain),
    (("NameResolutionError", "getaddrinfo failed", "Name or service not known"), _no_name),
    (("Connection refused", "WinError 10061"), _closed),
    (("Network is unreachable", "No route to host", "WinError 10051", "WinError 10065"), _no_network),
    (("Timeout", "timed out"), _silent),
    (("SSLError", "SSLEOFError", "ConnectionResetError", "RemoteDisconnected"), _broken),
)
"""The first that is found counts: what a proxy says names the other failures too."""

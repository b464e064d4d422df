"""A desk's first contact: from an address and a typed code to a place in the district that nobody else can take."""

from __future__ import annotations

import base64
import ssl
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from sync.enrolment import Code, Enrolment, EnrolRequest, fingerprint
from sync.errors import LineDown
from sync.wire import CA_PATH, ENROL_PATH

from .transport import NotTheDistrict, Transport, bare_session

if TYPE_CHECKING:
    import requests

NONCE_BYTES = 16


def new_nonce(random: bytes) -> str:
    """A desk's secret for one enrolment, from 16 random bytes; to be kept until the answer has been read."""
    if len(random) < NONCE_BYTES:
        raise ValueError("too little randomness for a nonce")
    return base64.urlsafe_b64encode(random[:NONCE_BYTES]).rstrip(b"=").decode()


def enrol_desk(url: str, code: str, nonce: str, now_ms: Callable[[], int], *, machine: str = "") -> Enrolment:
    """Enrol with the typed `code`; asked again with the same `nonce` it gives the same answer.

    `url` may be a bare `address:port`. Raises BadCode before anything is sent, NotTheDistrict where the address is not
    the district that made the code, Refused with the district's reason, LineDown otherwise.
    """
    parsed = Code.parse(code)
    base = district_url(url)
    ca_pem = _introduce(base, parsed)
    request = EnrolRequest(parsed.secret, nonce, machine=machine)
    transport = Transport(base, "", ca_pem, now_ms)
    try:
        answer = transport.post(ENROL_PATH, msgspec.json.encode(request))
    finally:
        transport.close()
    try:
        enrolment = msgspec.json.decode(answer, type=Enrolment)
    except msgspec.DecodeError as error:
        raise LineDown(f"注册应答无法识别：{error}") from error
    return msgspec.structs.replace(enrolment, url=enrolment.url or base, ca=ca_pem)


def district_url(typed: str) -> str:
    """The district's address as `https://host:port`; raises LineDown for what is none, plain HTTP included."""
    text = typed.strip()
    parts = urlsplit(text if "://" in text else "https://" + text)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise LineDown(f"区服务器地址应形如 https://主机:端口，而不是 {typed!r}")
    return f"https://{parts.netloc}"


def _introduce(base: str, code: Code) -> str:
    """The district's CA certificate, known by the fingerprint in the code."""
    line = _Introduction(base, "", "", lambda: 0)
    try:
        pem = line.get(CA_PATH).decode("ascii", "replace")
    finally:
        line.close()
    try:
        found = fingerprint(pem)
    except ValueError:
        found = b""
    if found != code.fingerprint:
        raise NotTheDistrict("此地址上的服务器不是发放该注册码的区服务器，请核对地址和注册码")
    return pem


class _Introduction(Transport):
    """The one connection made before there is a CA to verify by.

    It carries a GET of a public certificate and nothing else; what it brings is verified by the code's fingerprint
    before it is used, so nothing here rests on the connection.
    """

    def _new_session(self) -> requests.Session:
        from urllib3.exceptions import InsecureRequestWarning

        warnings.filterwarnings("ignore", category=InsecureRequestWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return bare_session(context, None, self._url)

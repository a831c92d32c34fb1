"""Requests to addresses that somebody typed in: never into our own network, never redirected."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

TIMEOUT_SECONDS = 15
LONGEST_ANSWER = 64 * 1024


class Forbidden(Exception):
    """This address must not be asked."""


class Unreachable(Exception):
    """Nothing of the request was heard."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be asked, with the number it had when that was checked: connecting
    to the number means that a name cannot change its meaning in between."""

    host: str
    number: str
    port: int
    path: str
    is_secure: bool


def place(address: str, *, allowed: Collection[str] = ()) -> Place:
    """Look the address up; raises Forbidden or Unreachable. Hosts in `allowed` may be private
    and need no TLS: a gateway that stands in one's own network."""
    parts, host, port = split(address, allowed=allowed)
    numbers = _numbers(host, port)
    if host not in allowed and not all(_is_public(number) for number in numbers):
        raise Forbidden("This address leads into a private network.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, numbers[0], port, path, parts.scheme == "https")


def split(address: str, *, allowed: Collection[str] = ()) -> tuple[SplitResult, str, int]:
    """Its parts, host and port, as far as can be judged without asking anybody; raises
    Forbidden. Where the name leads is looked up anew whenever something is sent."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("The address is not written like one.") from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise Forbidden("Write an address that begins with https:// and holds no password.")
    if parts.scheme == "http" and host not in allowed:
        raise Forbidden("Only https:// is safe enough for what customers tell us.")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def post(where: Place, body: bytes, headers: Mapping[str, str]) -> Answer:
    """One request; redirects are answers like any other. Raises OSError or HTTPException when the
    connection breaks: then nobody knows whether it was heard."""
    connection = _connection(where)
    try:
        connection.request("POST", where.path, body, {"User-Agent": "relcrm", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(LONGEST_ANSWER))
    finally:
        connection.close()


def _numbers(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"The name {host} is not known.") from None
    return [str(entry[4][0]) for entry in found]


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """TLS for the name, to the number that was checked."""

    def __init__(self, where: Place) -> None:
        context = ssl.create_default_context()
        super().__init__(where.host, where.port, timeout=TIMEOUT_SECONDS, context=context)
        self._where, self._tls = where, context

    def connect(self) -> None:
        plain = socket.create_connection((self._where.number, self._where.port), TIMEOUT_SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._where.host)


def _connection(where: Place) -> http.client.HTTPConnection:
    if where.is_secure:
        return _Pinned(where)
    plain = http.client.HTTPConnection(where.host, where.port, timeout=TIMEOUT_SECONDS)
    plain.sock = None
    plain.connect = lambda: setattr(  # type: ignore[method-assign]  # one connection's own
        plain, "sock", socket.create_connection((where.number, where.port), TIMEOUT_SECONDS)
    )
    return plain

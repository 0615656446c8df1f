"""Webhooks after the Standard Webhooks specification 1.0: a thin, signed notice to an address that was settled.

The request goes to an address that was looked up once and checked, so that a name cannot lead into a private
network (nor change its mind in between); no redirect is followed, and little of the answer is read.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engine.letter.occasion import Occasion
from engine.letter.outcome import GaveUp, Later
from engine.letter.setting import Hook, local
from engine.letter.watch import watched
from terms.canonical import canonical

PREFIX = "whsec_"
MARK = "v1,"
TIMEOUT = 20.0  # seconds for each step
WHOLE = 60.0  # seconds for all of it
MOST = 65_536  # bytes of the answer that are read at most
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 addresses behind a translator (RFC 6052)
SHORTEST, LONGEST = 24, 64  # bytes of a secret


def told(at: Occasion, kind: str) -> str:
    """Returns a notice's body: what kind of thing happened when, on which case; no person and no text.

    No number of an entry either: how many were made in between would tell that somebody judged (law 7).
    """
    data: dict[str, Any] = {"case": at.label}
    if "due" in at.event.data:
        data["due"] = at.event.data["due"]
    body: dict[str, Any] = {"type": kind, "timestamp": at.event.recorded_at, "data": data}
    return canonical(body).decode()


def key_of(secret: str | None) -> bytes | None:
    """Returns the key that a secret such as whsec_... holds (24 to 64 bytes); None for what is none."""
    if not secret or not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None
    return key if SHORTEST <= len(key) <= LONGEST else None


def signature(key: bytes, name: str, moment: int, body: bytes) -> str:
    """Returns `v1,` and the base64 HMAC-SHA-256 of `name.moment.body`; `moment` in seconds since 1970."""
    signed = f"{name}.{moment}.".encode() + body
    return MARK + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


def send(hook: Hook, secret: str | None, name: str, body: bytes, now: datetime) -> None:
    """Delivers one notice; `name` is the same at every try, so that a receiver can drop twins.

    Raises Later where another try may do, GaveUp where none will.
    """
    key = key_of(secret)
    if key is None:
        raise Later(
            f"{hook.variable} holds no secret such as whsec_ and base64 of 24 to 64 bytes", whole=True
        )
    moment = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "user-agent": "rung",
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(key, name, moment, body),
    }
    try:
        status, after = _ask(hook, headers, body)
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise Later(f"{hook.name} cannot be reached: {_said(error)}") from error
    if 200 <= status < 300:
        return
    if status == 410:
        raise GaveUp(f"{hook.name} answered 410: it wants no more")
    if 300 <= status < 400:
        raise GaveUp(f"{hook.name} answered {status}: redirects are not followed")
    raise Later(f"{hook.name} answered {status}", wait=_wait(after, now))


def _ask(hook: Hook, headers: Mapping[str, str], body: bytes) -> tuple[int, str | None]:
    """Returns the answer's status and its Retry-After."""
    parts = urlsplit(hook.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = str(parts.hostname)
    sock = _connected(hook, parts)
    with watched(lambda: sock, WHOLE):
        try:
            if parts.scheme == "https":
                context = ssl.create_default_context()
                sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                sock.do_handshake()
            connection = http.client.HTTPConnection(host, parts.port)
            connection.sock = sock
            connection.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("host", parts.netloc)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            answer.read(MOST)
            return answer.status, answer.getheader("retry-after")
        finally:
            sock.close()


def _connected(hook: Hook, parts: SplitResult) -> socket.socket:
    """Returns a connection to the first address that may be asked; raises GaveUp where none may."""
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, type_, protocol, _, address in found:
        if not hook.allow_private and not local(host) and not public(str(address[0])):
            raise GaveUp(
                f"{hook.name} leads to {address[0]}, in a private network; set allow_private if that is meant"
            )
        sock = socket.socket(family, type_, protocol)
        sock.settimeout(TIMEOUT)
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            if address == found[-1][-1]:
                raise
            continue
        return sock
    raise OSError(f"nothing is known of {host}")


def public(address: str) -> bool:
    """Returns whether an IP address is one of the public internet, also behind an IPv6 form of an IPv4 one."""
    held = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(held, ipaddress.IPv6Address):
        far = ipaddress.IPv4Address(int(held) & 0xFFFFFFFF) if held in TRANSLATED else None
        inside = (held.ipv4_mapped, held.sixtofour, held.teredo[1] if held.teredo else None, far)
        held = next((one for one in inside if one is not None), held)
    return held.is_global and not held.is_multicast


def _wait(after: str | None, now: datetime) -> float | None:
    """Returns the seconds that Retry-After asks to wait: a number, or a date."""
    if after is None:
        return None
    if after.isascii() and after.isdigit() and len(after) < 8:
        return float(after)
    try:
        return max((parsedate_to_datetime(after) - now).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

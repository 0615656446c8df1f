"""Reads what rung.toml says of letters: which kinds, from whom, through which server, to which webhooks.

Secrets are never in the file: they come from the environment at the moment of delivery.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from engine.letter.kind import KINDS
from terms.error import Malformed
from terms.form import near

PASSWORD = "RUNG_SMTP_PASSWORD"  # noqa: S105  # the variable's name
SECRET = "RUNG_WEBHOOK_SECRET_"  # noqa: S105  # the variables' beginning
SECURITY = ("starttls", "tls", "none")
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
ADDRESSED = re.compile(r"[!-~]{1,300}\Z")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
MOST_HOOKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Holds which server takes the e-mail, and how the way there is secured; the password is in the environment."""

    host: str
    port: int
    security: str
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Holds one webhook: its name, where it is, which kinds it hears of, whether it may lie in a private network."""

    name: str
    url: str
    kinds: frozenset[str]
    allow_private: bool

    @property
    def variable(self) -> str:
        """Returns the name of the environment variable that holds its secret."""
        return SECRET + self.name.upper().replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Holds all that is settled about letters: `keep_days` is for how long the text of a settled one is kept."""

    sender: Address
    kinds: frozenset[str]
    smtp: Smtp | None
    hooks: tuple[Hook, ...]
    keep_days: int
    give_up_hours: int


def read_post(held: Mapping[str, Any] | None, where: str) -> Post | None:
    """Returns the settings of letters; None where rung.toml has no `[letter]`, and then none are written.

    Raises Malformed, with the key, where they are wrong.
    """
    if held is None:
        return None
    table = _Table(held, "letter", where)
    hooks = table.take("webhook", [], lambda one: isinstance(one, list) and len(one) <= MOST_HOOKS,
                       "a list of at most 20 tables [[letter.webhook]]")  # fmt: skip
    smtp = table.take("smtp", None, lambda one: isinstance(one, dict), "a table [letter.smtp]")
    made = Post(
        sender=_sender(table),
        kinds=_kinds(table),
        smtp=None if smtp is None else _smtp(_Table(smtp, "letter.smtp", where)),
        hooks=tuple(_hook(_Table(one, "letter.webhook", where)) for one in hooks),
        keep_days=table.take("keep_days", 90, _whole(1, 3650), "a number of days from 1 to 3650"),
        give_up_hours=table.take("give_up_hours", 72, _whole(1, 720), "a number of hours from 1 to 720"),
    )
    table.end()
    names = [one.name for one in made.hooks]
    for name in names:
        if names.count(name) > 1:
            raise Malformed(f"Two webhooks are called {name!r}.", where)
    return made


class _Table:
    """Holds one table of the file, and takes its keys one by one."""

    def __init__(self, held: object, name: str, where: str) -> None:
        self.name, self.where, self.asked = name, where, list[str]()
        self.secret: dict[str, str] = {}
        if not isinstance(held, Mapping):
            raise self.wrong(f"`{name}` must be a table.")
        self.held = held

    def take(self, key: str, default: Any, fits: Callable[[Any], bool], told: str) -> Any:
        self.asked.append(key)
        value = self.held.get(key, default)
        if value is not default and not fits(value):
            raise self.wrong(f"`{self.name}.{key}` must be {told}.")
        return value

    def text(self, key: str, default: str | None = None) -> str | None:
        return _optional(self.take(key, default, _line, "one line of text in quotes"))

    def end(self) -> None:
        for key in self.held:
            if key in self.secret:
                raise self.wrong(f"`{self.name}.{key}` is never kept in this file; set {self.secret[key]}.")
            if key not in self.asked:
                raise self.wrong(f"`{self.name}.{key}` is not a setting; {near(str(key), self.asked)}")

    def wrong(self, told: str) -> Malformed:
        return Malformed(told, self.where)


def _optional(value: Any) -> str | None:
    return None if value is None else str(value)


def _line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= 300


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _sender(table: _Table) -> Address:
    text = table.text("from")
    name, address = parseaddr(text or "")
    found = address_of(address, name)
    if found is None:
        raise table.wrong('`letter.from` must be an address such as "Reviews <reviews@example.org>".')
    return found


def address_of(text: str | None, name: str = "") -> Address | None:
    """Returns an e-mail address; None for what is none: no control character, blank or second line ever passes."""
    if not text or not ADDRESS.match(text) or not name.isprintable():
        return None
    try:
        return Address(display_name=name, addr_spec=text)
    except (ValueError, IndexError):
        return None


ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,190}\Z")


def _kinds(table: _Table, among: Collection[str] = tuple(KINDS)) -> frozenset[str]:
    given = table.take("kinds", list(among), lambda one: isinstance(one, list), "a list of kinds of letters")
    for one in given:
        if one not in KINDS:
            raise table.wrong(f"{one!r} is no kind of letter; {near(str(one), list(KINDS))}")
    return frozenset(given)


def _smtp(table: _Table) -> Smtp:
    host = table.text("host")
    security = table.take("security", "starttls", lambda one: one in SECURITY, "starttls, tls or none")
    port = table.take("port", PORTS[security], _whole(1, 65535), "a port from 1 to 65535")
    made = Smtp(host=host or "", port=port, security=security, user=table.text("user"))
    table.secret = {"password": PASSWORD}
    table.end()
    if not host:
        raise table.wrong("`letter.smtp.host` must name a mail server.")
    if security == "none" and not local(host):
        raise table.wrong("`letter.smtp.security` may be none only for a server on this machine (localhost).")
    if security == "none" and made.user is not None:
        raise table.wrong("`letter.smtp.user` needs starttls or tls: a password is never sent in the open.")
    return made


def _hook(table: _Table) -> Hook:
    name, url = table.text("name") or "", table.text("url") or ""
    made = Hook(
        name=name,
        url=url,
        kinds=_kinds(table),
        allow_private=table.take("allow_private", False, lambda one: isinstance(one, bool), "true or false"),
    )
    table.secret = {"secret": made.variable}
    table.end()
    if not NAME.match(name):
        raise table.wrong("`letter.webhook.name` must be a short name of a-z, 0-9 and -.")
    fault = _fault(url)
    if fault is not None:
        raise table.wrong(f"`letter.webhook.url` of {name} {fault}.")
    return made


def _fault(url: str) -> str | None:
    """Returns what is wrong with a webhook's address; None where nothing is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if not ADDRESSED.match(url) or not host or port == 0 or parts.scheme not in ("http", "https"):
        return "must be an address such as https://hr.example.org/rung"
    if parts.username or parts.password:
        return "must not hold a user or a password"
    if parts.fragment:
        return "must not hold a fragment (#)"
    if parts.scheme == "http" and not local(host):
        return "must begin with https:// (http:// is for localhost alone)"
    return None


def local(host: str) -> bool:
    """Returns whether a host's name means this machine, without asking anybody."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

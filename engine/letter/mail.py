"""E-mail: the message that a letter becomes, and a conversation with the server that takes it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType

from engine.letter.outcome import GaveUp, Later
from engine.letter.setting import PASSWORD
from engine.letter.setting import Smtp as Server
from engine.letter.watch import watched
from engine.letter.word import Words

TIMEOUT = 30.0  # seconds for each step
WHOLE = 120.0  # seconds for one letter


def message(name: str, sender: Address, to: Address, made: Words, written: datetime) -> EmailMessage:
    """Returns a letter as a message with plain text and HTML; the same letter gives the same bytes at every try.

    `name` is the letter's id: it makes the Message-ID, by which a mailbox can drop a twin.
    """
    found = EmailMessage(policy=SMTP)
    found["From"] = sender
    found["To"] = to
    found["Subject"] = made.subject.replace("=?", "= ?")  # else a reader takes it for an encoded word
    found["Date"] = format_datetime(written)
    found["Message-ID"] = f"<{name}@{sender.domain if sender.domain.isascii() else 'rung.invalid'}>"
    found["Auto-Submitted"] = "auto-generated"
    found["X-Auto-Response-Suppress"] = "All"
    found.set_content(made.text, cte="quoted-printable")
    found.add_alternative(made.html, subtype="html", cte="quoted-printable")
    found.set_boundary(f"rung-{name}")
    return found


class Postman:
    """Holds one conversation with a mail server, begun at the first letter and again after it broke."""

    def __init__(self, server: Server, password: str | None) -> None:
        self.server, self.password = server, password
        self.talk: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.talk is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.talk.quit()
        self.hang_up()

    def hang_up(self) -> None:
        """Ends the conversation, if there is one, without another word: the other side may no longer listen."""
        held, self.talk = self.talk, None
        if held is not None:
            held.close()

    def send(self, made: EmailMessage, sender: Address, to: Address) -> None:
        """Hands one message over, to one receiver; it is the server's once this returns.

        Raises Later where another try may do (4xx, no connection, a break in the middle), GaveUp where none will.
        """
        with watched(lambda: self.talk.sock if self.talk else None, WHOLE):
            try:
                if self.talk is None:
                    self._begin()
                assert self.talk is not None
                self.talk.send_message(made, sender.addr_spec, [to.addr_spec])
            except smtplib.SMTPRecipientsRefused as error:
                code, said = next(iter(error.recipients.values()))
                self._left()
                raise _refused(code, said) from error
            except smtplib.SMTPSenderRefused as error:
                self._left()
                told = f"the server takes nothing from {sender.addr_spec} ({error.smtp_code})"
                raise Later(told, whole=True) from error
            except smtplib.SMTPNotSupportedError as error:
                raise GaveUp(f"the server cannot take it: {error}") from error
            except smtplib.SMTPResponseException as error:
                self._left()
                raise _refused(error.smtp_code, error.smtp_error) from error
            except (OSError, UnicodeError, smtplib.SMTPException) as error:
                self.hang_up()
                raise Later(f"the connection broke: {_said(error)}") from error

    def _left(self) -> None:
        """Notes where the server ended the conversation with its answer (421), so that the next letter begins anew."""
        if self.talk is not None and self.talk.sock is None:
            self.hang_up()

    def _begin(self) -> None:
        server = self.server
        try:
            if server.security == "tls":
                self.talk = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
                )
            else:
                self.talk = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
                if server.security == "starttls":
                    self.talk.starttls(context=ssl.create_default_context())
            if server.user is not None:
                if not self.password:
                    raise Later(f"{PASSWORD} is not set, and {server.user} needs a password", whole=True)
                self.talk.login(server.user, self.password)
        except Later:
            self.hang_up()
            raise
        except smtplib.SMTPAuthenticationError as error:
            self.hang_up()
            raise Later(
                f"{server.host} does not let {server.user} in ({error.smtp_code})", whole=True
            ) from None
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            self.hang_up()
            raise Later(f"{server.host}:{server.port} cannot be used: {_said(error)}", whole=True) from error


def _refused(code: int, said: bytes | str) -> Later | GaveUp:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    told = f"the server answered {code} {' '.join(text.split())[:200]}"
    return GaveUp(told) if 500 <= code < 600 else Later(told)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"

"""Real peers to deliver to: a mail server (aiosmtpd) and a web server, each on a port of its own."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

OK = "250 OK"


@dataclass
class Mailbox:
    """Holds what a mail server took, in order; `answer` says what it says to each message."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    tries: int = 0
    sessions: int = 0
    refuses: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)
    answer: Callable[[Envelope, SMTP], str] = lambda _, __: OK

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Returns what the server offers, and counts who comes."""
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Returns what the server says to a sender."""
        if self.refuses:
            return self.refuses
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Returns what the server says to a message, which it keeps where it takes it."""
        self.tries += 1
        said = self.answer(envelope, server)
        if said.startswith("2"):
            self.taken.append(envelope)
        return said

    def login(self, *given: Any) -> AuthResult:
        """Returns whether a password is the right one."""
        data = given[-1]
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == ("rung", "right"), handled=False)


@contextmanager
def mail_server(*, tls: Path | None = None, starttls: bool = False) -> Iterator[Mailbox]:
    """Yields the mailbox of a running server; with a folder of a certificate it can STARTTLS or is TLS at once."""
    box = Mailbox()
    context = None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    options: dict[str, Any] = {"tls_context": context} if starttls else {"ssl_context": context}
    if context is not None:
        options |= {"authenticator": box.login, "auth_require_tls": starttls}
    controller = Free(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


class Free(Controller):
    """Runs on whichever port is free."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@dataclass
class Desk:
    """Holds what a web server was sent; `answer` gives status and headers for each request."""

    port: int = 0
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[int], tuple[int, dict[str, str], bytes]] = lambda _: (204, {}, b"")


@contextmanager
def web_server(*, tls: Path | None = None) -> Iterator[Desk]:
    """Yields the desk of a running web server; with a folder of a certificate it speaks https."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            desk.taken.append((self.path, {name.lower(): one for name, one in self.headers.items()}, body))
            status, headers, answer = desk.answer(len(desk.taken))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    desk.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certify(folder: Path, host: str = "localhost") -> Path:
    """Returns a folder with a certificate of its own making for a host, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251  # a certificate is judged by the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder

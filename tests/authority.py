"""A time-stamping authority for the tests: OpenSSL's own, answering over HTTP on this machine."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SETTINGS = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""
YEARS = timedelta(days=3650)


@dataclass(slots=True)
class Authority:
    """Holds an authority's folder, where it answers, and what it does to its answers before it sends them."""

    folder: Path
    url: str = ""
    extra: tuple[str, ...] = ()
    answers: list[bytes] = field(default_factory=list)
    status: int = 200

    @property
    def root(self) -> Path:
        """Returns the file of the certificate that leads to it."""
        return self.folder / "root.pem"

    def answer(self, asked: bytes) -> bytes:
        """Returns the answer that OpenSSL gives to a question, or the one laid ready."""
        if self.answers:
            return self.answers.pop(0)
        (self.folder / "asked.tsq").write_bytes(asked)
        words = ["-config", "tsa.cnf", "-section", "one", "-queryfile", "asked.tsq", "-out", "answer.tsr"]
        signer = ["-signer", "signer.pem", "-inkey", "signer.key", *self.extra]
        subprocess.run(
            ["openssl", "ts", "-reply", *words, *signer], cwd=self.folder, check=True, capture_output=True
        )
        return (self.folder / "answer.tsr").read_bytes()


Private: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
KEYS: dict[str, Callable[[], Private]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
}


def make(folder: Path, *, until: timedelta = YEARS, stamping: bool = True, kind: str = "p256") -> Authority:
    """Returns an authority with a root and a signer, whose certificate is valid until so long from now."""
    folder.mkdir()
    now = datetime.now(UTC)  # noqa: TID251  # OpenSSL stamps by the machine's clock
    root, signer = (KEYS[kind]() for _ in range(2))
    above, below = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("Root", "Signer"))
    plain = x509.CertificateBuilder().issuer_name(above).not_valid_before(now - YEARS)
    made = (
        plain.subject_name(above).serial_number(1).public_key(root.public_key()).not_valid_after(now + YEARS)
    )
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "root.pem").write_bytes(made.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
    made = (
        plain.subject_name(below)
        .serial_number(2)
        .public_key(signer.public_key())
        .not_valid_after(now + until)
    )
    if stamping:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    (folder / "signer.pem").write_bytes(made.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
    held = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "signer.key").write_bytes(held)
    (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder))
    (folder / "serial").write_text("01\n")
    return Authority(folder)


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    """Yields an authority that answers at its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Time stamps by an outside authority (RFC 3161): that a signed checkpoint was there by some moment.

A token is over the whole note, signature included, so it also shows that the key signed before that moment. The
extra `stamp` (rfc3161-client) makes the questions and checks the answers; anybody else can by `openssl ts -verify`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography import x509

from engine.record.offline import CONSISTENT, PROOF, Stop, verify
from terms.canonical import Json
from terms.error import BadInput, Broken, CannotTell, Malformed

GRANTED = 0
SHOWN = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Holds what an authority said: how many entries the checkpoint counts, by when it was there, in which file."""

    size: int
    at: str
    file: str


def library() -> ModuleType:
    """Returns the library that speaks RFC 3161; raises BadInput where the extra is not installed."""
    try:
        import rfc3161_client
    except ModuleNotFoundError:
        raise BadInput(
            "Time stamps need the extra `stamp`: install rung[stamp] (it brings rfc3161-client)."
        ) from None
    return rfc3161_client


def question(note: str) -> Any:
    """Returns the question to an authority about a note, with a nonce; `as_bytes()` is what to send."""
    made = library()
    return (
        made.TimestampRequestBuilder().data(note.encode()).hash_algorithm(made.HashAlgorithm.SHA256).build()
    )


def answered(asked: Any, answer: bytes, note: str) -> str:
    """Returns the moment that an answer states; raises Broken where it answers another question, or refuses."""
    found = _read(answer)
    _match(found, note)
    if found.tst_info.nonce != asked.nonce:
        raise Broken("The authority answered another question: the nonce is not the one that was sent.")
    return str(found.tst_info.gen_time.strftime(SHOWN))


def check(note: str, token: bytes, roots: Sequence[x509.Certificate]) -> str:
    """Returns the moment by which a note was there, says an authority that some certificates lead to.

    A signer's certificate counts where it was valid at that moment. Raises Broken where the token is over other
    bytes, or its signer is unknown or was not valid then.
    """
    made, found = library(), _read(token)
    _match(found, note)
    at = str(found.tst_info.gen_time.strftime(SHOWN))
    builder = made.VerifierBuilder()
    for one in roots:
        builder = builder.add_root_certificate(one)
    try:
        builder.build().verify_message(found, note.encode())
    except made.VerificationError as error:
        raise Broken(_told(str(error), at)) from None
    return at


def _told(said: str, at: str) -> str:
    if "has expired" in said or "not yet valid" in said:
        return (
            f"The certificate of the stamp's signer was not valid at {at}, when the stamp says it was made."
        )
    if "EKU" in said:
        return "The certificate of the stamp's signer is not one for time stamping."
    if "local issuer" in said or "self" in said or "certificate verify error" in said:
        return "The stamp is signed by nobody whom the certificates given lead to."
    return "The signature of the stamp does not fit what it says."


def _read(token: bytes) -> Any:
    try:
        found = library().decode_timestamp_response(_in_order(token))
        if found.status != GRANTED:
            said = "; ".join(found.status_string) or f"status {found.status}"
            raise Broken(f"The authority refused to stamp: {said}.")
        found.tst_info.gen_time  # noqa: B018  # an answer without a token shows here
    except ValueError:
        raise Malformed("This is no time stamp (RFC 3161).") from None
    return found


def _match(found: Any, note: str) -> None:
    if found.tst_info.message_imprint.message != hashlib.sha256(note.encode()).digest():
        raise Broken(
            "The stamp is over other bytes than this checkpoint: it is another's, or one was changed."
        )


def _in_order(token: bytes) -> bytes:
    """Returns a token with its certificates in the order that DER asks for, which OpenSSL's own answers lack.

    Nothing signs their order: RFC 5652 has them outside of what is signed.
    """
    try:
        answer = next(_parts(token, 0, len(token)))
        content = list(_parts(token, *answer[1:]))[1]
        wrapped = list(_parts(token, *content[1:]))[1]
        signed = next(_parts(token, *wrapped[1:]))
        _, start, end = next(one for one in _parts(token, *signed[1:]) if one[0] == 0xA0)
        held = [token[one[3] : one[2]] for one in _whole(token, start, end)]
    except (IndexError, StopIteration):
        return token
    return token[:start] + b"".join(sorted(held)) + token[end:]


def _parts(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yields tag, first byte and end of the content of each DER element in a range."""
    for tag, first, stop, _ in _whole(data, start, end):
        yield tag, first, stop


def _whole(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while start < end:
        tag, length, first = data[start], data[start + 1], start + 2
        if length & 0x80:
            count = length & 0x7F
            length, first = int.from_bytes(data[first : first + count], "big"), first + count
        if first + length > end:
            raise IndexError
        yield tag, first, first + length, start
        start = first + length


def certificates(paths: Sequence[Path]) -> tuple[x509.Certificate, ...]:
    """Returns the certificates in some PEM or DER files; raises BadInput where one holds none."""
    found: list[x509.Certificate] = []
    for path in paths:
        try:
            data = path.read_bytes()
            if b"-----BEGIN" in data:
                found += x509.load_pem_x509_certificates(data)
            else:
                found.append(x509.load_der_x509_certificate(data))
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
        except ValueError:
            raise BadInput(
                f"{path} holds no certificate; give a PEM or DER file of the authority's."
            ) from None
    return tuple(found)


def kept(note: str, token: bytes) -> dict[str, Json]:
    """Returns what an export holds of a stamp."""
    return {"note": note, "token": base64.b64encode(token).decode()}


def check_export(
    files: Mapping[str, bytes], proof: Mapping[str, Any], key: str | None, roots: Sequence[x509.Certificate]
) -> tuple[Stamp, ...]:
    """Returns the stamps in an export that was found consistent, each on a checkpoint that it continues.

    Raises CannotTell where there is none, Broken with what does not hold.
    """
    found = []
    for one in proof.get("stamps", ()):
        try:
            note, token = str(one["note"]), base64.b64decode(one["token"], validate=True)
            size = int(note.splitlines()[1])
        except (KeyError, TypeError, IndexError, ValueError, binascii.Error):
            raise Broken(f"A stamp in {PROOF} was changed or damaged.") from None
        try:
            code, told = verify(dict(files), key, note)
        except Stop as stop:
            raise Broken(str(stop)) from None
        if code != CONSISTENT:
            raise Broken(f"The stamp on {size} entries does not belong to this export. {told}")
        found.append(Stamp(size, check(note, token, roots), PROOF))
    if not found:
        raise CannotTell("The export holds no time stamp.")
    return tuple(found)

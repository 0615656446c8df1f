"""Checks time stamps (RFC 3161) with nothing but Python's standard library.

Held to what is stamped: that the stamp is over the very bytes of a checkpoint, that its signature fits (CMS, by RSA
PKCS #1 v1.5 or ECDSA on P-256 or P-384), and that the signer's certificate is for time stamping, was valid at that
moment, and is one of those given or was issued by one of them. Not checked: whether those given deserve trust,
longer chains, and whether a certificate was withdrawn; `openssl ts -verify` follows chains.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OTHERWISE = "check it with openssl ts -verify"
P256 = bytes.fromhex("2a8648ce3d030107")
P384 = bytes.fromhex("2b81040022")
RSA, EC = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a8648ce3d0201")
SIGNED, STATEMENT = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
TYPE, DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
NAMED = {bytes.fromhex("2a864886f70d010910022f"): "sha256", bytes.fromhex("2a864886f70d010910020c"): "sha1"}
PURPOSES, CONSTRAINTS = bytes.fromhex("551d25"), bytes.fromhex("551d13")
STAMPING = bytes.fromhex("2b06010505070308")
HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
WAYS = {
    RSA: (RSA, None),
    bytes.fromhex("2a864886f70d01010b"): (RSA, "sha256"),
    bytes.fromhex("2a864886f70d01010c"): (RSA, "sha384"),
    bytes.fromhex("2a864886f70d01010d"): (RSA, "sha512"),
    EC: (EC, None),
    bytes.fromhex("2a8648ce3d040302"): (EC, "sha256"),
    bytes.fromhex("2a8648ce3d040303"): (EC, "sha384"),
    bytes.fromhex("2a8648ce3d040304"): (EC, "sha512"),
}
"""By which kind of key and over which digest a signature is; None where the digest is named beside it."""
CURVES = {  # prime, order, base point (SEC 2); the curve is y^2 = x^3 - 3x + b
    P256: (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    P384: (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
}
CHECKED = "says a time stamp whose signer the certificates given lead to"
UNCHECKED = "says a time stamp; by whom was not checked: give the authority's certificate (--tsa FILE)"
LEAST = 2048  # bits of an RSA key


class Forged(Exception):
    """Says in one sentence why a stamp does not hold."""


class Unclear(Exception):
    """Says in one sentence what of a stamp cannot be checked here."""


def parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Returns tag, content and whole bytes of each DER element in some bytes; raises ValueError where it is none."""
    found, at = [], 0
    while at < len(data):
        length, start = data[at + 1 : at + 2], at + 2
        size = length[0] if length else 128
        if size > 128:
            start += size & 127
            size = int.from_bytes(data[at + 2 : start], "big")
        elif size == 128:
            raise ValueError("no length")
        if start + size > len(data):
            raise ValueError("cut off")
        found.append((data[at], data[start : start + size], data[at : start + size]))
        at = start + size
    return found


def fits(key: bytes, way: bytes, digest: str | None, signature: bytes, message: bytes) -> bool:
    """Returns whether a signature over a message is by a public key (DER, SubjectPublicKeyInfo).

    `way` is the identifier of its algorithm, `digest` the one to use where that names none. Raises Unclear for others.
    """
    kind, (_, bits, _) = parts(parts(key)[0][1])
    algorithm = parts(kind[1])
    named, own = WAYS.get(way, (None, None))
    name = own or digest
    if named is None or name is None or algorithm[0][1] != named:
        raise Unclear(f"The stamp is signed in a way that is not known here ({way.hex()}); {OTHERWISE}.")
    hashed = hashlib.new(name, message).digest()
    if named == RSA:
        modulus, exponent = (int.from_bytes(one[1], "big") for one in parts(parts(bits[1:])[0][1]))
        return _rsa(modulus, exponent, signature, name, hashed)
    curve = algorithm[1][1]
    if curve not in CURVES or bits[1:2] != b"\x04":
        raise Unclear(f"The stamp is signed on a curve that is not known here ({curve.hex()}); {OTHERWISE}.")
    half = (len(bits) - 2) // 2
    point = int.from_bytes(bits[2 : 2 + half], "big"), int.from_bytes(bits[2 + half :], "big")
    ((sequence, pair, _),) = parts(signature)
    (one, r, _), (two, s, _) = parts(pair)
    if (sequence, one, two) != (0x30, 2, 2):
        raise ValueError("no signature")
    return _ecdsa(CURVES[curve], point, int.from_bytes(r, "big"), int.from_bytes(s, "big"), hashed)


def _rsa(modulus: int, exponent: int, signature: bytes, name: str, hashed: bytes) -> bool:
    """Returns whether a signature fits (RFC 8017, section 8.2.2): the whole padding is compared, not searched."""
    size = (modulus.bit_length() + 7) // 8
    given = int.from_bytes(signature, "big")
    if modulus.bit_length() < LEAST or len(signature) != size or given >= modulus:
        return False
    identifier = next(one for one, other in HASHES.items() if other == name)
    inner = b"\x06" + bytes([len(identifier)]) + identifier + b"\x05\x00"
    told = b"\x30" + bytes([len(inner)]) + inner + b"\x04" + bytes([len(hashed)]) + hashed
    told = b"\x30" + bytes([len(told)]) + told
    wanted = b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
    return pow(given, exponent, modulus).to_bytes(size, "big") == wanted


def _ecdsa(curve: tuple[int, int, int, int], key: tuple[int, int], r: int, s: int, hashed: bytes) -> bool:
    """Returns whether a signature fits (FIPS 186-5, section 6.4.2)."""
    prime, order, x, y = curve
    if not (0 < r < order and 0 < s < order and max(key) < prime):
        return False
    value = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - order.bit_length())
    inverse = pow(s, -1, order)
    one = _multiple(prime, value * inverse % order, (x, y))
    two = _multiple(prime, r * inverse % order, key)
    found = _sum(prime, one, two)
    return found is not None and found[0] % order == r


def _sum(prime: int, one: tuple[int, int] | None, two: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or two is None:
        return two if one is None else one
    if one[0] == two[0]:
        if (one[1] + two[1]) % prime == 0:
            return None
        slope = 3 * (one[0] * one[0] - 1) * pow(2 * one[1], -1, prime) % prime
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, prime) % prime
    x = (slope * slope - one[0] - two[0]) % prime
    return x, (slope * (one[0] - x) - one[1]) % prime


def _multiple(prime: int, count: int, point: tuple[int, int] | None) -> tuple[int, int] | None:
    found = None
    while count:
        if count & 1:
            found = _sum(prime, found, point)
        point, count = _sum(prime, point, point), count >> 1
    return found


@dataclass
class Certificate:
    """Holds a certificate's bytes and what of it is asked: key, names, since and until when, what it is for."""

    whole: bytes
    key: bytes
    issuer: bytes
    subject: bytes
    valid: tuple[str, str]
    extensions: dict[bytes, bytes]

    def stamps(self) -> bool:
        """Returns whether it is for time stamping."""
        listed = parts(self.extensions.get(PURPOSES, b"\x30\x00"))[0][1]
        return STAMPING in [one[1] for one in parts(listed)]

    def issues(self, other: Certificate) -> bool:
        """Returns whether it may issue certificates and issued another."""
        listed = parts(parts(self.extensions.get(CONSTRAINTS, b"\x30\x00"))[0][1])
        signed, way, bits = parts(parts(other.whole)[0][1])
        may = listed[:1] == [(1, b"\xff", b"\x01\x01\xff")] and other.issuer == self.subject
        return may and fits(self.key, parts(way[1])[0][1], None, bits[1][1:], signed[2])


def certificate(der: bytes) -> Certificate:
    """Returns the certificate that DER bytes tell; raises ValueError or LookupError where they tell none."""
    held = parts(parts(parts(der)[0][1])[0][1])
    held = held[1:] if held[0][0] == 0xA0 else held
    first, last = (moment(one[0], one[1]) for one in parts(held[3][1]))
    listed = next((parts(one[1])[0][1] for one in held[6:] if one[0] == 0xA3), b"")
    extensions = {named[0][1]: named[-1][1] for named in (parts(one[1]) for one in parts(listed))}
    return Certificate(der, held[5][2], held[2][2], held[4][2], (first, last), extensions)


def moment(tag: int, text: bytes) -> str:
    """Returns a time as fourteen digits, from UTCTime (23) or GeneralizedTime (24)."""
    told = text.decode("ascii")
    if tag == 23:
        told = ("19" if told[:2] >= "50" else "20") + told
    if tag not in (23, 24) or not re.fullmatch(r"[0-9]{14}(\.[0-9]+)?Z", told):
        raise ValueError("no time")
    return told[:14]


def certificates(data: bytes) -> list[Certificate]:
    """Returns the certificates in a PEM or DER file; raises ValueError or LookupError where it holds none."""
    found = re.findall(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", data, re.DOTALL)
    return [certificate(base64.b64decode(one)) for one in found] or [certificate(data)]


def report(
    stamps: list[dict[str, str]], paths: list[Path], continues: Callable[[str], tuple[int, str]]
) -> tuple[int, str]:
    """Returns the exit code of verify.py and what is to be said of an export's stamps, by certificates in some files.

    `continues` says whether an export continues a checkpoint: 0 and a sentence, or another code.
    """
    try:
        given = [one for path in paths for one in certificates(path.read_bytes())]
    except (OSError, ValueError, LookupError) as error:
        return 2, f"No certificate can be read to check time stamps by: {error}."
    told = []
    try:
        for one in stamps:
            note, token = str(one["note"]), base64.b64decode(one["token"], validate=True)
            code, said = continues(note)
            if code:
                raise Forged(f"A time stamp does not belong to this export. {said}")
            at, size = when(note.encode(), token, given), note.splitlines()[1]
            told.append(f"The first {size} entries were there by {at}, {CHECKED if given else UNCHECKED}.")
    except Unclear as error:
        return 5, f"Cannot tell: {error}"
    except Forged as error:
        return 1, f"Broken: {error}"
    except (LookupError, TypeError, AttributeError, ValueError):
        return 1, "Broken: A time stamp in the export was changed or damaged."
    return (0, "\n".join(told)) if told else (5, "Cannot tell: the export holds no time stamp.")


def when(note: bytes, token: bytes, given: list[Certificate]) -> str:
    """Returns the moment by which a note was there, as `2026-10-15 08:00:00 UTC`.

    Without certificates it is what the stamp says, whoever signed it. Raises Forged where the stamp does not hold,
    Unclear where it cannot be checked here.
    """
    try:
        return _when(note, token, given)
    except (ValueError, LookupError):
        raise Forged("This is no time stamp (RFC 3161).") from None


def _when(note: bytes, token: bytes, given: list[Certificate]) -> str:
    answer = parts(parts(token)[0][1])
    if answer[0][0] == 0x30:  # an answer: its status, then the stamp
        if parts(answer[0][1])[0][1] not in (b"\x00", b"\x01"):
            raise Forged("The authority refused to stamp.")
        answer = parts(answer[1][1])
    if answer[0][1] != SIGNED:
        raise ValueError("not signed data")
    held = parts(parts(answer[1][1])[0][1])
    kind, wrapped = parts(held[2][1])
    statement = parts(wrapped[1])[0][1]
    told = parts(parts(statement)[0][1])
    if kind[1] != STATEMENT:
        raise ValueError("not a stamp")
    algorithm, imprint = parts(told[2][1])
    if hashlib.new(HASHES[parts(algorithm[1])[0][1]], note).digest() != imprint[1]:
        raise Forged(
            "The stamp is over other bytes than this checkpoint: it is another's, or one was changed."
        )
    at = moment(*told[4][:2])
    if given:
        inside = [certificate(one[2]) for part in held[3:-1] if part[0] == 0xA0 for one in parts(part[1])]
        _signed(statement, parts(held[-1][1])[0][1], inside, given, at)
    return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[8:10]}:{at[10:12]}:{at[12:]} UTC"


def _signed(
    statement: bytes, signer: bytes, inside: list[Certificate], given: list[Certificate], at: str
) -> None:
    """Holds that a statement is signed, by somebody whom a given certificate is of or leads to; raises Forged."""
    _, _, digest, attributes, way, signature = parts(signer)[:6]
    name = HASHES[parts(digest[1])[0][1]]
    if attributes[0] != 0xA0:
        raise ValueError("no attributes")
    held = {kind[1]: parts(values[1])[0] for kind, values in (parts(one[1]) for one in parts(attributes[1]))}
    if held[TYPE][1] != STATEMENT or held[DIGEST][1] != hashlib.new(name, statement).digest():
        raise Forged("The signature of the stamp does not fit what it says.")
    own = next((one for one in (*given, *inside) if _names(held, one)), None)
    if own is None:
        raise Forged("The stamp does not name a certificate that is given or that it holds.")
    if not fits(own.key, parts(way[1])[0][1], name, signature[1], b"\x31" + attributes[2][1:]):
        raise Forged("The signature of the stamp does not fit what it says.")
    above = (
        own
        if any(one.whole == own.whole for one in given)
        else next((one for one in given if one.issues(own)), None)
    )
    if above is None:
        raise Forged("The stamp is signed by nobody whom the certificates given lead to in one step.")
    if not own.stamps():
        raise Forged("The certificate of the stamp's signer is not one for time stamping.")
    if not all(one.valid[0] <= at <= one.valid[1] for one in (own, above)):
        raise Forged("The certificate of the stamp's signer was not valid when the stamp says it was made.")


def _names(held: dict[bytes, tuple[int, bytes, bytes]], one: Certificate) -> bool:
    """Returns whether a signer's attributes name a certificate by its digest (RFC 5035)."""
    for kind, name in NAMED.items():
        if kind in held:
            first = parts(parts(parts(held[kind][1])[0][1])[0][1])
            if first[0][0] == 0x30:
                name, first = HASHES[parts(first[0][1])[0][1]], first[1:]
            return hashlib.new(name, one.whole).digest() == first[0][1]
    return False

"""The checker of time stamps that travels with every export: what it takes for a stamp, and what it does not."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.record import timestamp
from engine.record.timestamp import Forged, Unclear, certificate, certificates, fits, when
from tests.authority import KEYS, Private

NOTE = b"halden/1\n3\nroot\n"
AT = datetime(2026, 10, 15, 8, 0, 5, tzinfo=UTC)
TOLD = "2026-10-15 08:00:05 UTC"
SHA256 = bytes.fromhex("608648016503040201")
WAY = {"p256": "2a8648ce3d040302", "p384": "2a8648ce3d040302", "rsa": "2a864886f70d01010b"}


def der(tag: int, *held: bytes) -> bytes:
    """Returns one DER element."""
    body = b"".join(held)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([128 + len(size)]) + size) + body


def oid(raw: bytes) -> bytes:
    return der(6, raw)


def signed(key: Private, message: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(hashes.SHA256()))
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def issued(
    name: str, key: Private, by: str, signer: Private, *, ca: bool = False, stamps: bool = True, days: int = 9
) -> bytes:
    """Returns a certificate of somebody, issued by somebody, valid for some days about the moment."""
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .serial_number(7)
        .public_key(key.public_key())
        .not_valid_before(AT - timedelta(days=9))
        .not_valid_after(AT + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def stamp(
    key: Private,
    named: bytes,
    *,
    kind: str = "p256",
    note: bytes = NOTE,
    kept: tuple[bytes, ...] = (),
    content: bytes = timestamp.STATEMENT,
    digest: bytes | None = None,
) -> bytes:
    """Returns a stamp over a note by a key, which names a certificate as its own and holds some."""
    algorithm = der(0x30, oid(SHA256))
    imprint = der(0x30, algorithm, der(4, hashlib.sha256(note).digest()))
    at = der(0x18, AT.strftime("%Y%m%d%H%M%SZ").encode())
    statement = der(0x30, der(2, b"\x01"), oid(b"\x2a"), imprint, der(2, b"\x05"), at)
    name = der(0x30, der(0x30, der(0x30, der(4, hashlib.sha256(named).digest()))))
    held = (
        (timestamp.TYPE, oid(content)),
        (timestamp.DIGEST, der(4, hashlib.sha256(statement).digest() if digest is None else digest)),
        (bytes.fromhex("2a864886f70d010910022f"), name),
    )
    attributes = [der(0x30, oid(one), der(0x31, value)) for one, value in held]
    signature = signed(key, der(0x31, *attributes))
    signer = der(
        0x30,
        der(2, b"\x01"),
        der(0x30),
        algorithm,
        der(0xA0, *attributes),
        der(0x30, oid(bytes.fromhex(WAY[kind]))),
        der(4, signature),
    )
    wrapped = der(0x30, oid(timestamp.STATEMENT), der(0xA0, der(4, statement)))
    body = der(0x30, der(2, b"\x03"), der(0x31, algorithm), wrapped, der(0xA0, *kept), der(0x31, signer))
    answer = der(0x30, oid(timestamp.SIGNED), der(0xA0, body))
    return der(0x30, der(0x30, der(2, b"\x00")), answer)


@cache
def keys(kind: str) -> tuple[Private, Private]:
    return KEYS[kind](), KEYS[kind]()


@cache
def authority(kind: str = "p256") -> tuple[bytes, bytes]:
    """Returns the certificates of a root and of a signer that it issued."""
    root, signer = keys(kind)
    return issued("Root", root, "Root", root, ca=True), issued("Signer", signer, "Root", root)


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("whose", [0, 1])
def test_a_stamp_is_taken_by_the_signers_certificate_or_by_its_issuers(kind: str, whose: int) -> None:
    made = authority(kind)
    token = stamp(keys(kind)[1], made[1], kind=kind, kept=() if whose else (made[1],))
    assert when(NOTE, token, [certificate(made[whose])]) == TOLD
    assert when(NOTE, token, []) == TOLD


def refused(token: bytes, *given: bytes, note: bytes = NOTE) -> str:
    with pytest.raises(Forged) as told:
        when(note, token, [certificate(one) for one in given])
    return str(told.value)


def test_a_forged_stamp_is_told() -> None:
    (root, own), (above, below) = keys("p256"), authority()
    unfit = "The signature of the stamp does not fit what it says."
    nobody = "The stamp is signed by nobody whom the certificates given lead to in one step."
    good = stamp(own, below, kept=(below,))
    assert refused(good, above, note=NOTE + b" ").startswith(
        "The stamp is over other bytes than this checkpoint"
    )
    earlier = good.replace(b"20261015", b"20251015")
    assert refused(earlier, above) == unfit
    stranger = KEYS["p256"]()
    assert refused(stamp(stranger, below, kept=(below,)), above) == unfit
    theirs = issued("Signer", stranger, "Root", stranger)
    assert refused(stamp(stranger, theirs, kept=(theirs,)), above) == nobody
    assert refused(stamp(own, theirs, kept=(below,)), above) == (
        "The stamp does not name a certificate that is given or that it holds."
    )
    assert refused(stamp(own, below, kept=(below,), content=b"\x2a"), above) == unfit
    assert refused(stamp(own, below, kept=(below,), digest=bytes(32)), above) == unfit
    assert root is not own


def test_a_certificate_that_may_not_stamp_or_issue_leads_to_nobody() -> None:
    (root, own), (above, below) = keys("p256"), authority()
    plain = issued("Web", own, "Root", root, stamps=False)
    purpose = "The certificate of the stamp's signer is not one for time stamping."
    assert refused(stamp(own, plain, kept=(plain,)), above) == purpose
    assert refused(stamp(own, plain), plain) == purpose
    stranger = KEYS["p256"]()
    leaf = issued("Signer 2", stranger, "Signer", own)
    nobody = "The stamp is signed by nobody whom the certificates given lead to in one step."
    assert refused(stamp(stranger, leaf, kept=(leaf,)), below) == nobody
    renamed = issued("Signer", own, "Other", root)
    assert refused(stamp(own, renamed, kept=(renamed,)), above) == nobody
    late = issued("Signer", own, "Root", root, days=-1)
    assert refused(stamp(own, late, kept=(late,)), above) == (
        "The certificate of the stamp's signer was not valid when the stamp says it was made."
    )


@pytest.mark.parametrize("kind", KEYS)
@settings(max_examples=5)
@given(message=st.binary(max_size=60), bit=st.integers(0, 10**6))
def test_a_signature_fits_its_message_and_key_alone(kind: str, message: bytes, bit: int) -> None:
    one, other = keys(kind)
    told, theirs = (
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in (one, other)
    )
    way, signature = bytes.fromhex(WAY[kind]), signed(one, message)
    assert fits(told, way, None, signature, message)
    assert not fits(told, way, None, signature, message + b"x")
    assert not fits(theirs, way, None, signature, message)
    flipped = bytearray(signature)
    flipped[bit // 8 % len(signature)] ^= 1 << bit % 8
    with suppress(ValueError, IndexError):  # no DER any more, which is told as no stamp
        assert not fits(told, way, None, bytes(flipped), message)


def test_a_short_key_and_a_way_that_is_not_known_are_not_taken() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    weak = rsa.generate_private_key(65537, 1024)
    told = weak.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert not fits(told, bytes.fromhex(WAY["rsa"]), None, signed(weak, b"m"), b"m")
    with pytest.raises(Unclear) as unclear:
        fits(told, bytes.fromhex("2a864886f70d01010a"), "sha256", b"", b"m")
    assert str(unclear.value) == (
        "The stamp is signed in a way that is not known here (2a864886f70d01010a); "
        "check it with openssl ts -verify."
    )
    curve = ec.generate_private_key(ec.SECP521R1())
    told = curve.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Unclear, match="on a curve that is not known here"):
        fits(told, bytes.fromhex(WAY["p256"]), None, signed(curve, b"m"), b"m")


def test_no_byte_of_a_stamp_can_be_changed_to_tell_another_moment() -> None:
    made = authority("rsa")
    token, known = stamp(keys("rsa")[1], made[1], kind="rsa", kept=(made[1],)), [certificate(made[0])]
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 1 << at % 8
        try:
            assert when(NOTE, bytes(changed), known) == TOLD, at
        except (Forged, Unclear):
            continue
    for cut in range(0, len(token), 7):
        assert refused(token[:cut], made[0])


def test_what_is_no_stamp_or_no_certificate_is_told() -> None:
    for raw in (b"", b"\x30", b"\x30\x80", b"<html>", bytes(40), b"\x30\x84\xff\xff\xff\xff"):
        assert refused(raw) == "This is no time stamp (RFC 3161)."
    assert refused(der(0x30, der(0x30, der(2, b"\x02")))) == "The authority refused to stamp."
    for text in (b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises((ValueError, LookupError)):
            certificates(text)
    pem = x509.load_der_x509_certificate(authority()[0]).public_bytes(Encoding.PEM)
    assert [one.whole for one in certificates(pem + pem)] == [authority()[0]] * 2
    assert certificates(authority()[0])[0].whole == authority()[0]

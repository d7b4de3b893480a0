"""A passkey in software: what a browser and its key would answer."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def words(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftKey:
    """One key pair for one site, with a counter, as a key keeps it."""

    def __init__(self, origin="http://localhost", site="localhost", verified=True):
        self.origin, self.site = origin, site
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.handle = b""
        self.count = 0

    def create(self, options):
        """Answer a registration; the account's handle is kept, as a discoverable key does."""
        given = options.get("publicKey", options)
        self.handle = data_of(given["user"]["id"])
        numbers = self.private.public_key().public_numbers()
        public = {
            1: 2, 3: -7, -1: 1,
            -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big"),
        }  # fmt: skip
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)
        data = self._data(ATTESTED) + attested
        return self._answer(
            "webauthn.create", given["challenge"],
            attestationObject=words(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
            transports=["internal"],
        )  # fmt: skip

    def get(self, options):
        """Answer a challenge with a signature."""
        given = options.get("publicKey", options)
        self.count += 1
        data = self._data(0)
        client = self._client("webauthn.get", given["challenge"])
        signed = self.private.sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(
            "webauthn.get", given["challenge"], authenticatorData=words(data),
            signature=words(signed), userHandle=words(self.handle),
        )  # fmt: skip

    def _data(self, flags):
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([self.flags | flags]) + struct.pack(">I", self.count)

    def _client(self, kind, challenge):
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _answer(self, kind, challenge, **response):
        client = words(self._client(kind, challenge))
        return json.dumps(
            {
                "id": words(self.id), "rawId": words(self.id), "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {"credProps": {"rk": True}},
                "response": {"clientDataJSON": client, **response},
            }
        )  # fmt: skip

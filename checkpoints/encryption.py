"""Checkpoints that nobody reads without the key: LangGraph's encrypted serializer with AES (EAX), the newest of several keys first."""

from __future__ import annotations

from collections.abc import Sequence

from langgraph.checkpoint.serde.base import CipherProtocol, SerializerProtocol
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer


class UnknownKey(ValueError):
    """A checkpoint was encrypted with a key that is not among ours, or it was changed."""


class Keyring(CipherProtocol):
    """Encrypts with the first key and decrypts with any, so that a key can be replaced while checkpoints of the old one sleep."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [EncryptedSerializer.from_pycryptodome_aes(key=key).cipher for key in keys]

    def encrypt(self, plaintext: bytes) -> tuple[str, bytes]:
        """The name of the cipher, and the text."""
        return self._ciphers[0].encrypt(plaintext)

    def decrypt(self, ciphername: str, ciphertext: bytes) -> bytes:
        """The plain text. Raises `UnknownKey`."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(ciphername, ciphertext)
            except (ValueError, AssertionError):
                continue
        raise UnknownKey("no key of ours fits")


def encrypted(serde: SerializerProtocol, keys: Sequence[bytes]) -> SerializerProtocol:
    """The serializer, encrypting where there is a key. Checkpoints that were written before without one can still be read."""
    return EncryptedSerializer(Keyring(keys), serde) if keys else serde

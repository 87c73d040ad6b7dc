"""Secrets in rows: MongoDB's client-side field level encryption.

Encryption is explicit, with a local master key. A password is encrypted before it leaves this process and decrypted
only to be put into its email. The data key lies in the database, itself encrypted by the master key, which never does.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongo.asynchronous.encryption import AsyncClientEncryption
from pymongo.encryption_shared import Algorithm
from pymongo.errors import DuplicateKeyError, EncryptionError

from server.errors import StartError
from server.store.client import Database, Document

#: Bytes of a local master key, fixed by MongoDB's specification of client-side encryption.
MASTER_KEY_BYTES = 96

_DATA_KEY = "queued-passwords"


def load_master_key(given: str | None, data_dir: Path) -> bytes:
    """The master key: ``given`` (base64 of 96 bytes), or the data directory's file ``master.key``, made at first use.

    Raises :class:`StartError` when it cannot be read or is no key.
    """
    path = data_dir / "master.key"
    if given is None and not path.exists():
        _write_private(path, base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)))
    try:
        text = given if given is not None else path.read_text(encoding="ascii")
        key = base64.b64decode(text.strip(), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        where = "ACTIVATION_MASTER_KEY=(hidden)" if given is not None else str(path)
        raise StartError(
            f"{where}: is not a base64 master key. Fix: give the key this database was set up with."
        ) from error
    if len(key) != MASTER_KEY_BYTES:
        raise StartError(
            f"The master key has {len(key)} bytes instead of {MASTER_KEY_BYTES}. "
            "Fix: give the key this database was set up with (or make one: head -c 96 /dev/urandom | base64 -w0)."
        )
    return key


def _write_private(path: Path, content: bytes) -> None:
    """Write whole or not at all: a kill half way leaves no half key behind."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Vault:
    """Encrypts and decrypts the passwords of queued emails."""

    def __init__(self, encryption: AsyncClientEncryption[Document]) -> None:
        self._encryption = encryption

    @classmethod
    async def open(cls, database: Database, master_key: bytes) -> Vault:
        """Find the data key, or make it at first use.

        Raises :class:`StartError` when the master key is not the one this database was set up with.
        """
        encryption: AsyncClientEncryption[Document] = AsyncClientEncryption(
            {"local": {"key": master_key}},
            f"{database.name}.{database.key_vault.name}",
            database.client,
            CodecOptions(uuid_representation=STANDARD),
        )
        vault = cls(encryption)
        if await encryption.get_key_by_alt_name(_DATA_KEY) is None:
            try:
                await encryption.create_data_key("local", key_alt_names=[_DATA_KEY])
            except (DuplicateKeyError, EncryptionError):
                # Another server made it in the same moment; anything else shows in the trial below.
                if await encryption.get_key_by_alt_name(_DATA_KEY) is None:
                    raise
        try:
            await vault.encrypt("trial")
        except EncryptionError as error:
            raise StartError(
                "The master key is not the one this database was set up with, so queued passwords cannot be read. "
                "Fix: set ACTIVATION_MASTER_KEY to that key, or restore master.key in the data directory."
            ) from error
        return vault

    async def encrypt(self, secret: str) -> Binary:
        """The secret as it may be stored (AEAD_AES_256_CBC_HMAC_SHA_512, randomised)."""
        return await self._encryption.encrypt(
            secret, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_alt_name=_DATA_KEY
        )

    async def decrypt(self, stored: Binary) -> str:
        """The secret itself. Raises ``EncryptionError`` when the row was written under another key."""
        return str(await self._encryption.decrypt(stored))

    async def close(self) -> None:
        """Release the cipher; the database connection is not ours to close."""
        await self._encryption.close()

"""Secrets in rows: MongoDB's client-side field level encryption.

Encryption is explicit, with a local master key. A password is encrypted before it leaves this process and decrypted
only to be put into its email. The data key lies in the database, itself encrypted by a master key, which never does;
beside it stands by which one, as the name of a KMS provider (``local:<fingerprint>``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongo.asynchronous.encryption import AsyncClientEncryption
from pymongo.encryption_shared import Algorithm
from pymongo.errors import DuplicateKeyError, EncryptionError
from pymongocrypt.errors import MongoCryptError

from server.contract import ErrorCode, Phrase
from server.errors import ServiceError, StartError, WrongSetup
from server.store.calls import ask
from server.store.client import Database, Document, Session
from server.store.master_key import MasterKeys, fingerprint

_DATA_KEY = "queued-passwords"
#: How long the data key is used before it is read from the database again; MongoDB's own default.
_DATA_KEY_AGE = timedelta(seconds=60)

_IS_DATA_KEY = {"keyAltNames": _DATA_KEY}

Cipher = AsyncClientEncryption[Document]
#: All master keys that may open the database, the newest first.
LoadKeys = Callable[[], Sequence[bytes]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Credential:
    """A new user's password in the two forms that are kept: hashed for the user, encrypted for the email."""

    password_hash: str
    sealed_password: Binary


class Unreadable(Exception):
    """A stored secret that this vault's key does not open."""


class Locked(ServiceError):
    """No master key that is known here opens the data key: it was replaced elsewhere."""

    code = ErrorCode.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(Phrase.MASTER_KEY_REPLACED)


class Vault:
    """Encrypts and decrypts the passwords of queued emails, and keeps up with a master key that is replaced."""

    def __init__(self, database: Database, load: LoadKeys, data_key_age: timedelta) -> None:
        self._database = database
        self._load = load
        self._data_key_age = data_key_age
        self._keys: tuple[bytes, ...] = ()
        self._cipher: Cipher | None = None
        self._retired: list[Cipher] = []
        self._reopening = asyncio.Lock()

    @classmethod
    async def open(cls, database: Database, load: LoadKeys, *, data_key_age: timedelta = _DATA_KEY_AGE) -> Vault:
        """Find the data key, or make it at first use.

        ``load`` is asked again when the keys it gave do not do any more. Raises :class:`WrongSetup` when none of the
        master keys is the one this database was set up with.
        """
        vault = cls(database, load, data_key_age)
        try:
            await vault._reopen(None)
        except Locked as error:
            raise WrongSetup(
                "The master key is not the one this database was set up with, so queued passwords cannot be read. "
                "Fix: set ACTIVATION_MASTER_KEY to that key, or restore master.key in the data directory. "
                "If it is lost for good: activation-server key forget"
            ) from error
        return vault

    async def encrypt(self, secret: str) -> Binary:
        """The secret as it may be stored (AEAD_AES_256_CBC_HMAC_SHA_512, randomised). Raises :class:`Locked`."""
        return await self._use(lambda cipher: _encrypt(cipher, secret))

    async def decrypt(self, stored: Binary) -> str:
        """The secret itself.

        Raises :class:`Unreadable` where the key is wrong, and only there; :class:`Locked` when that may change.
        """
        try:
            return str(await self._use(lambda cipher: cipher.decrypt(stored)))
        except EncryptionError as error:
            raise Unreadable("The stored password cannot be decrypted: it was written under another key.") from error

    async def rewrap(self, master_key: bytes) -> None:
        """Let the data key be encrypted by this one of the master keys from now on; what it encrypts stays.

        One write: a kill leaves it encrypted by the one or by the other.
        """
        provider = _provider(master_key)
        others = {"masterKey.provider": {"$ne": provider}}
        await self._use(lambda cipher: cipher.rewrap_many_data_key(others, provider))

    async def close(self) -> None:
        """Release the ciphers; the database connection is not ours to close."""
        for cipher in (self._cipher, *self._retired):
            if cipher is not None:
                await cipher.close()

    async def _use(self, work: Callable[[Cipher], Awaitable[Result]]) -> Result:
        """``work`` with the cipher; once more when it fails because the master key was replaced."""
        while True:
            cipher = self._cipher
            assert cipher is not None  # noqa: S101 - open
            try:
                return await ask(work(cipher))
            except EncryptionError as error:
                _raise_if_not_of_the_key(error)
                if not await self._reopen(cipher):
                    raise

    async def _reopen(self, failed: Cipher | None) -> bool:
        """Open the data key by the master keys as they are now; answers whether there is anything new to try.

        Raises :class:`Locked` when the data key cannot be opened by them.
        """
        async with self._reopening:
            if self._cipher is not failed:
                return True  # done for somebody else who came across the same
            keys = await self._load_keys(failed)
            if failed is not None and keys == self._keys and await _opens(failed):
                return False
            cipher = await self._open_with(keys)
            if failed is not None:
                self._retired.append(failed)  # others may be in the middle of using it
            self._keys, self._cipher = keys, cipher
            return True

    async def _load_keys(self, failed: Cipher | None) -> tuple[bytes, ...]:
        try:
            return tuple(await asyncio.to_thread(self._load))
        except StartError as error:
            if failed is None:
                raise
            raise Locked from error

    async def _open_with(self, keys: Sequence[bytes]) -> Cipher:
        """A cipher that opens the data key. Raises :class:`Locked`."""
        named = {_provider(key): {"key": key} for key in keys}
        # A data key from before master keys had names does not say which one it needs.
        for unnamed in reversed(keys):
            cipher: Cipher = AsyncClientEncryption(
                named | {"local": {"key": unnamed}},
                f"{self._database.name}.{self._database.key_vault.name}",
                self._database.client,
                CodecOptions(uuid_representation=STANDARD),
                key_expiration_ms=round(self._data_key_age.total_seconds() * 1000),
            )
            await _ensure_data_key(cipher, _provider(keys[0]))
            if await _opens(cipher):
                return cipher
            await cipher.close()
        raise Locked


async def open_vault(database: Database, keys: MasterKeys) -> Vault:
    """The vault by these master keys. A key is made only where nothing depends on one: a lost one is not hidden by it.

    Raises :class:`WrongSetup` when the master key is not there, or is not this database's.
    """
    if await database.key_vault.find_one(_IS_DATA_KEY) is None:
        await asyncio.to_thread(keys.make)
    return await Vault.open(database, keys.load)


async def key_in_use(database: Database, keys: Sequence[bytes], session: Session | None = None) -> bytes | None:
    """Which of these master keys encrypts the data key, by what stands beside it; None: none of them.

    Where that says nothing, as before master keys had names, it is the newest.
    """
    row = await database.key_vault.find_one(_IS_DATA_KEY, {"masterKey": 1}, session=session)
    provider = "" if row is None else str(row["masterKey"]["provider"])
    if ":" not in provider:
        return keys[0]
    return next((key for key in keys if _provider(key) == provider), None)


async def remove_data_key(database: Database, session: Session) -> None:
    """What it has encrypted can never be read again. The next one who opens the vault makes a new one."""
    await database.key_vault.delete_one(_IS_DATA_KEY, session=session)


async def _ensure_data_key(cipher: Cipher, provider: str) -> None:
    if await ask(cipher.get_key_by_alt_name(_DATA_KEY)) is None:
        try:
            await ask(cipher.create_data_key(provider, key_alt_names=[_DATA_KEY]))
        except (DuplicateKeyError, EncryptionError):
            # Another server made it in the same moment; anything else shows when it is tried.
            if await ask(cipher.get_key_by_alt_name(_DATA_KEY)) is None:
                raise


async def _opens(cipher: Cipher) -> bool:
    """Whether the data key can be used."""
    try:
        await ask(_encrypt(cipher, "trial"))
    except EncryptionError as error:
        _raise_if_not_of_the_key(error)
        return False
    return True


async def _encrypt(cipher: Cipher, secret: str) -> Binary:
    return await cipher.encrypt(secret, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_alt_name=_DATA_KEY)


def _raise_if_not_of_the_key(error: EncryptionError) -> None:
    """The data key is read from the database again every minute. What goes wrong there says nothing of the key."""
    if not isinstance(error.cause, MongoCryptError):
        raise error.cause from error


def _provider(master_key: bytes) -> str:
    """The name of a master key beside what it encrypts."""
    return f"local:{fingerprint(master_key)}"

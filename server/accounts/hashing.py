"""Password hashes: argon2id (RFC 9106), and bcrypt where an existing application reads the ``users`` collection.

Hashing takes tens of milliseconds of a core on purpose and releases the GIL: call these in threads.
"""

from __future__ import annotations

import argon2
import bcrypt

from server.settings import PasswordHash

#: For random passwords of over 80 bits: OWASP's least setting (19 MiB, 2 passes). A heavier one buys nothing there.
_RANDOM = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: For passwords people choose: RFC 9106, section 4, second recommended option (64 MiB, 3 passes, 4 lanes).
_CHOSEN = argon2.PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_BCRYPT_ROUNDS = 10


def hash_random_password(password: str, scheme: PasswordHash) -> str:
    """The hash of a password that came from :mod:`secrets`."""
    match scheme:
        case PasswordHash.ARGON2ID:
            return _RANDOM.hash(password)
        case PasswordHash.BCRYPT:
            return bcrypt.hashpw(password.encode(), bcrypt.gensalt(_BCRYPT_ROUNDS)).decode("ascii")


def hash_chosen_password(password: str) -> str:
    """The hash of a password that a person chose."""
    return _CHOSEN.hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether the password belongs to the hash, of either scheme."""
    if password_hash.startswith("$2"):
        return bcrypt.checkpw(password.encode(), password_hash.encode("ascii"))
    try:
        return _CHOSEN.verify(password_hash, password)
    except argon2.exceptions.VerificationError:
        return False

"""Which errors of the driver pass by themselves: decided here alone.

Codes and names are those of MongoDB's ``src/mongo/base/error_codes.yml``; what the server itself takes for worth a
second try is said there by the category ``RetriableError``, and for transactions in ``src/mongo/db/error_labels.cpp``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    EncryptionError,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

#: By which the server or the driver says that another try is worth while.
LABELS = (
    "RetryableWriteError",
    "TransientTransactionError",
    "UnknownTransactionCommitResult",
    "RetryableError",
    "ResumableChangeStreamError",
)

#: What passes, by code; everything else is taken for a mistake of ours or of whoever has set the database up.
CODES: Mapping[int, str] = {
    # Servers that do not reach each other.
    6: "HostUnreachable",
    7: "HostNotFound",
    89: "NetworkTimeout",
    202: "NetworkInterfaceExceededTimeLimit",
    9001: "SocketException",
    # Another server becomes the primary, or this one ends.
    90: "CallbackCanceled",
    91: "ShutdownInProgress",
    94: "NotYetInitialized",
    133: "FailedToSatisfyReadPreference",  # mongos knows no primary just now
    189: "PrimarySteppedDown",
    216: "ElectionInProgress",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11602: "InterruptedDueToReplStateChange",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
    # Done, but not known to be on a majority of the servers yet.
    64: "WriteConcernTimeout",
    100: "UnsatisfiableWriteConcern",  # until the servers that it lacks are back
    134: "ReadConcernMajorityNotAvailableYet",
    # It took too long, or somebody ended it.
    24: "LockTimeout",
    50: "MaxTimeMSExpired",
    262: "ExceededTimeLimit",
    279: "ClientDisconnect",
    355: "InterruptedDueToStorageChange",
    453: "InterruptedDueToReshardingCriticalSection",
    11601: "Interrupted",
    46841: "ClientMarkedKilled",
    91331: "RetriableRemoteCommandFailure",
    10045600: "InterruptedDueToFCVChange",
    # Reading begins anew.
    43: "CursorNotFound",
    175: "QueryPlanKilled",
    237: "CursorKilled",
    # Transactions that clash with others, or have lost their server.
    112: "WriteConflict",
    239: "SnapshotTooOld",
    246: "SnapshotUnavailable",
    250: "StaleChunkHistory",
    251: "NoSuchTransaction",
    267: "PreparedTransactionInProgress",
    272: "MigrationConflict",
    281: "TransactionCoordinatorSteppingDown",
    282: "TransactionCoordinatorReachedAbortDecision",
    290: "TransactionExceededLifetimeLimitSeconds",
    # Shards on the move.
    150: "StaleEpoch",
    249: "StaleDbVersion",
    343: "ShardCannotRefreshDueToLocksHeld",
    13388: "StaleConfig",
    # A server that has too much to do, or no room left until somebody makes some.
    365: "TemporarilyUnavailable",
    371: "UserWritesBlocked",  # while the cluster is moved to another one
    402: "ResourceExhausted",
    407: "PooledConnectionAcquisitionExceededTimeLimit",
    433: "AdmissionQueueOverflow",
    449: "RateLimitExceeded",
    450: "PooledConnectionAcquisitionRejected",
    462: "IngressRequestRateLimitExceeded",
    14031: "OutOfDiskSpace",
    # A login that is renewed, and keys to sign the time with, which a young replica set does not have yet.
    211: "KeyNotFound",
    391: "ReauthenticationRequired",
    # Atlas puts this in front of whatever its proxies refuse, limits of operations a second among it.
    8000: "AtlasError",
}
# Not among them, though they look alike: 13 (Unauthorized), because nobody knows whether a role ever comes back, and
# who waits for one in silence is no help; 146 and 292, limits of memory that the same question meets again on the same
# data; 280 and 286, a change stream that only another one can replace, which the change feed opens after any error.


def passes(error: BaseException | None) -> bool:
    """Whether the same, asked again a little later, may be answered: the database is away, or busy with itself."""
    match error:
        case EncryptionError():  # the data key is read from the database
            return passes(error.cause)
        case ConnectionFailure() | WriteConcernError():
            return True
        case PyMongoError() if any(error.has_error_label(label) for label in LABELS):
            return True
        case BulkWriteError():
            return _all_pass(error.details.get("writeErrors", ()), error.details.get("writeConcernErrors", ()))
        case OperationFailure():
            return error.code in CODES
        case _:
            return False


def _all_pass(of_rows: Iterable[Mapping[str, Any]], of_the_whole: Iterable[Mapping[str, Any]]) -> bool:
    """One row that can never be written is what has to be told."""
    codes = [each.get("code") for each in of_rows]
    return all(code in CODES for code in codes) and bool(codes or list(of_the_whole))


def cut(error: BaseException | None) -> bool:
    """Whether the connection was lost in the middle: what was asked for may have been done or not.

    Not so where it was never asked, or where a server has answered.
    """
    never_asked = (ServerSelectionTimeoutError, WaitQueueTimeoutError, NotPrimaryError)
    if isinstance(error, EncryptionError):
        return cut(error.cause)
    return isinstance(error, ConnectionFailure) and not isinstance(error, never_asked)

"""Takes the snapshots of the queue that every connected admin is shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from server.contract import BOUNCES_ALERT, Activation, BounceReading, Phrase, QueueAlert, QueueStatus, SendingState
from server.contract.snapshot import QueueCounts, Snapshot
from server.errors import NotFound
from server.live.sending import SendingOutlook, blocked_sentence, paused_sentence
from server.store.activations import ActivationStore
from server.store.client import Database
from server.store.emails import EmailStore
from server.store.limits import LimitStore
from server.store.pulse import Trouble

_SAID: Mapping[Trouble, Phrase] = {
    Trouble.SILENT: Phrase.DATABASE_SILENT,
    Trouble.UNCONFIRMED: Phrase.DATABASE_UNCONFIRMED,
    Trouble.GONE: Phrase.DATABASE_GONE,
}


@dataclass(frozen=True)
class _TroubleSince:
    what: Trouble
    since: datetime


class Snapshots:
    """What is read later may already know of more, never of less: an effect is not seen before its cause.

    So activations come first, then the emails that they have made, then how these are sent. How sending stands is
    reckoned from the very numbers beside it.
    """

    def __init__(
        self,
        database: Database,
        emails: EmailStore,
        limits: LimitStore,
        activations: ActivationStore,
        sending: SendingOutlook,
        accounts: Sequence[str],
    ) -> None:
        self._database = database
        self._emails = emails
        self._limits = limits
        self._activations = activations
        self._sending = sending
        self._accounts = accounts
        self._revisions = itertools.count(1)
        self._trouble: _TroubleSince | None = None

    async def take(self, ended: Iterable[str] = ()) -> Snapshot:
        """As of now; ``ended``: activations to be told of even if they do not run any more."""
        activations = await self._current(ended)
        counts = await self._counts()
        sending = await self._sending.status(pending=counts.pending, processing=counts.processing)
        return self._with_trouble(
            Snapshot(
                revision=next(self._revisions),
                at=await self._database.now(),
                counts=counts,
                sending=sending,
                alert=await self._alert(),
                activations=tuple(activations),
            )
        )

    def note(self, trouble: Trouble | None) -> None:
        """What is wrong with the database from now on; None: nothing."""
        self._trouble = None if trouble is None else _TroubleSince(trouble, datetime.now(UTC))

    def again(self, snapshot: Snapshot) -> Snapshot:
        """The same, with what is wrong with the database, of which nothing else can be learnt."""
        return self._with_trouble(snapshot.model_copy(update={"revision": next(self._revisions)}))

    def _with_trouble(self, snapshot: Snapshot) -> Snapshot:
        """As long as the database does not work, that is why nothing is sent."""
        if self._trouble is None:
            return snapshot
        said = _SAID[self._trouble.what].says()
        blocked = snapshot.sending.model_copy(
            update={
                "state": SendingState.BLOCKED,
                "message": said.english,
                "sentence": said,
                "next_at": None,
                "next_count": None,
                "finished_at": None,
                "basis": None,
                "per_minute": None,
            }
        )
        alert = QueueAlert(active=True, code="database", message=said.english, sentence=said, since=self._trouble.since)
        return snapshot.model_copy(update={"sending": blocked, "alert": alert})

    async def _counts(self) -> QueueCounts:
        pending, processing, failed = await self._emails.counts()
        held = min(failed, await self._emails.count_held()) if failed else 0
        bounced = min(failed - held, await self._emails.count_bounced()) if failed else 0
        return QueueCounts(pending=pending, processing=processing, failed=failed - held, held=held, bounced=bounced)

    async def _current(self, ended: Iterable[str]) -> list[Activation]:
        running = await self._activations.latest(running=True)
        known = {activation.id for activation in running}
        return running + [found for each in ended if each not in known and (found := await self._find(each))]

    async def _find(self, activation_id: str) -> Activation | None:
        try:
            return await self._activations.get(activation_id)
        except NotFound:
            return None

    async def _alert(self) -> QueueAlert | None:
        """What an admin wants comes first, then what the mail server wants, then what keeps bounces from being read."""
        if (paused := await self._limits.paused()) is not None:
            said = paused_sentence(paused)
            return QueueAlert(active=True, code="paused", message=said.english, sentence=said, since=paused.since)
        blocked = {name: why for name in self._accounts if (why := await self._limits.blocked(name)) is not None}
        if not blocked:
            return _bounces_alert(await self._sending.bounces())
        name, why = next(iter(blocked.items()))
        message, meaning = why.message, blocked_sentence(name, why)
        if len(blocked) < len(self._accounts):
            message = Phrase.OTHERS_GO_ON.says(problem=message).english
            meaning = Phrase.OTHERS_GO_ON.says(problem=meaning or why.message)
        return QueueAlert(active=True, code=why.code, message=message, sentence=meaning, since=why.since)


def _bounces_alert(reading: BounceReading | None) -> QueueAlert | None:
    """Emails leave, but what comes back is noticed by nobody."""
    if reading is None or reading.since is None:
        return None
    said = reading.sentence
    return QueueAlert(active=True, code=BOUNCES_ALERT, message=reading.message, sentence=said, since=reading.since)


def queue_status(snapshot: Snapshot) -> QueueStatus:
    """The same numbers as ``emailQueueUpdate`` has them: what is held is among the failed."""
    counts = snapshot.counts
    return QueueStatus(
        pending=counts.pending,
        processing=counts.processing,
        failed=counts.failed + counts.held,
        total=counts.total,
        timestamp=snapshot.at,
    )

"""Everything of the queue that is shown at one moment, as one message.

Numbers, sending and activations contradict each other when they are told one by one: each is right when it is told, and
the one beside it is of another moment. Whoever shows more than one of them listens to :class:`Snapshot` alone.
"""

from __future__ import annotations

from datetime import datetime

from server.contract import Activation, Answer, QueueAlert, SendingStatus


class QueueCounts(Answer):
    """How many emails are where. Unlike in ``emailQueueUpdate``, held ones do not count as failed."""

    pending: int
    processing: int
    failed: int
    held: int
    #: Those of the failed that came back after a mail server had accepted them.
    bounced: int = 0

    @property
    def total(self) -> int:
        """Emails that are still to leave."""
        return self.pending + self.processing


class Snapshot(Answer):
    """Payload of ``deskSnapshot``, and answer of ``GET /api/queue/snapshot``.

    Sent at once to whoever connects, then after each change, joined as the other events are.
    """

    #: Grows with each snapshot of one service: of two, the one with the greater number is the newer one. Another
    #: service, or the same after a restart, counts anew, and so does whoever connects to it.
    revision: int
    #: When it was taken, by the database's clock, as all times in it.
    at: datetime
    counts: QueueCounts
    sending: SendingStatus
    #: Why sending stands still; None: it does not.
    alert: QueueAlert | None
    #: Those that run, and those that have come to their end since the snapshot before.
    activations: tuple[Activation, ...]

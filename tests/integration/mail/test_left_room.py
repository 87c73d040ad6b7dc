"""Room under the limits that a worker took which is gone."""

from __future__ import annotations

from datetime import timedelta

from server.smtp_accounts import Rate
from server.store.budget import Use
from server.store.left_room import LeftRoom
from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue

ACCOUNT = "desk@mail.example:587"
SHORT = Rate(10, timedelta(seconds=30))
LONG = Rate(15, timedelta(days=1))


async def test_the_room_of_a_worker_that_is_gone_is_settled_by_what_it_had_handed_over(queue: Queue) -> None:
    limits = LimitStore(queue.database)
    await queue.add_many(6)
    claimed = await queue.emails.claim(6, timedelta(seconds=60))
    claim = claimed[0].token
    assert await limits.take(ACCOUNT, claim, 6, SHORT, LONG) == 6
    assert (await limits.take_for_domain("firm.example", SHORT, claim, in_line=0, new=6)).granted == 6
    await queue.emails.mark_handed_over(claimed[:2], ACCOUNT)
    # One of the two was accepted, and what that uses was written before the worker ended.
    await limits.settle(ACCOUNT, {(claim, Use.SENT): 1}, SHORT, LONG)
    recovered = await queue.emails.recover(everything=True)
    assert (recovered.returned, recovered.uncertain) == (4, 2)
    room = await limits.room(ACCOUNT, SHORT, LONG)
    assert (room.in_hand, [free for _, free, _ in room.by_rate]) == (0, [7, 12])
    assert (await limits.take_for_domain("firm.example", SHORT, "other", in_line=0, new=10)).granted == 8
    assert {row["attempts"] async for row in queue.database.pending.find({"uncertain": 0})} == {0}, "never tried"


async def test_room_that_nobody_can_settle_any_more_is_given_back(queue: Queue) -> None:
    limits = LimitStore(queue.database)
    await queue.add_many(2)
    (alive,) = await queue.emails.claim(1, timedelta(seconds=60))
    (gone,) = await queue.emails.claim(1, timedelta(seconds=60))
    await limits.take(ACCOUNT, alive.token, 1, SHORT)
    await limits.take(ACCOUNT, gone.token, 1, SHORT)
    await queue.emails.give_back([gone])  # and its worker was killed before it gave back the room as well
    await LeftRoom(queue.database).sweep()
    row = await queue.database.limits.find_one({})
    assert row is not None
    assert row["held"] == {alive.token: 1}

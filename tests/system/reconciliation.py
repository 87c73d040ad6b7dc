"""What must be true of every lead in the end, whatever was killed in between: looked up in the database itself."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.accounts.hashing import verify_password
from server.store.client import connect
from tests.system.mail_server import Received
from tests.system.processes import ServerProcess

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Books:
    """The rows that matter, by address."""

    leads: dict[str, str]
    users: Counter[str]
    password_hashes: dict[str, str]
    pending: Counter[str]
    #: Of these, the ones that are with a worker.
    sending: Counter[str]
    failed: Counter[str]
    delivered: Counter[str]
    #: Dropped for good by an admin, as the audit log has it.
    discarded: Counter[str]
    #: Leads on the lists of those that did not become users.
    skipped: Counter[str]
    #: How often the mail server may have had an email without an answer that arrived.
    uncertain: Counter[str]
    #: How often each email was tried.
    attempts: dict[str, int]
    #: Of the failed ones.
    errors: dict[str, str]
    activations: Sequence[Row]


@dataclass
class Findings:
    """What does not add up, by address; all empty when nothing is wrong but what is marked."""

    lost: set[str] = field(default_factory=set)
    #: Arrived more often than the books can explain.
    unmarked: set[str] = field(default_factory=set)
    #: Arrived twice, and the books say that it may have.
    marked: set[str] = field(default_factory=set)
    other: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """One line for each."""
        return [
            *(f"{address}: lost" for address in sorted(self.lost)),
            *(f"{address}: arrived twice, and nothing says so" for address in sorted(self.unmarked)),
            *self.other,
        ]

    def beyond(self, known: Findings) -> Findings:
        """What was not known before."""
        return Findings(
            lost=self.lost - known.lost,
            unmarked=self.unmarked - known.unmarked,
            marked=self.marked - known.marked,
            other=[line for line in self.other if line not in known.other],
        )


async def read_books(server: ServerProcess) -> Books:
    """Everything, as the service's database has it."""
    async with connect(server.database_uri, server.database_name) as database:
        leads = await database.leads.find({}, {"email": 1, "status": 1}).to_list()
        users = await database.users.find({}, {"email": 1, "passwordHash": 1}).to_list()
        fields = {"email": 1, "status": 1, "uncertain": 1, "attempts": 1, "error": 1}
        pending = await database.pending.find({}, fields).to_list()
        failed = await database.failed.find({}, fields).to_list()
        delivered = await database.deliveries.find({}, fields).to_list()
        discarded = await database.audit.find({"action": "queue.discard"}, {"emails": 1}).to_list()
        skipped = await database.skips.find({}, {"email": 1}).to_list()
        activations = await database.activations.find({}, {"selection": 0}).to_list()
    uncertain: Counter[str] = Counter()
    for row in (*pending, *failed, *delivered):
        uncertain[row["email"]] += row["uncertain"]
    return Books(
        leads={row["email"]: row["status"] for row in leads},
        users=Counter(row["email"] for row in users),
        password_hashes={row["email"]: row["passwordHash"] for row in users},
        pending=Counter(row["email"] for row in pending),
        sending=Counter(row["email"] for row in pending if row["status"] == "processing"),
        failed=Counter(row["email"] for row in failed),
        delivered=Counter(row["email"] for row in delivered),
        discarded=Counter(address for row in discarded for address in row["emails"]),
        skipped=Counter(row["email"] for row in skipped),
        uncertain=uncertain,
        attempts={row["email"]: row["attempts"] for row in (*pending, *failed, *delivered)},
        errors={row["email"]: row["error"] for row in failed},
        activations=activations,
    )


def reconcile(books: Books, received: Sequence[Received], *, may_fail: frozenset[str] = frozenset()) -> Findings:
    """Compare what the books say with what has arrived.

    One user for each activated lead and none else; one email for each user, with its password, in one place; one
    delivery, or one mark of uncertainty, for each message that has arrived. ``may_fail``: who is known to be refused.
    """
    found = Findings()
    emails = books.pending + books.failed + books.delivered + books.discarded
    activated = {address for address, status in books.leads.items() if status == "activated"}
    found.lost |= (activated | set(books.users)) - set(emails)  # a user without an email
    found.lost |= activated - set(books.users)
    found.lost |= {address for address, status in books.leads.items() if status == "activating"}
    found.lost |= {address for address, status in books.leads.items() if status == "skipped"} - set(books.skipped)
    for address in set(books.users) - activated:
        found.other.append(f"{address}: a user whose lead is not activated")
    for address, count in (books.users + Counter()).items():
        if count > 1:
            found.other.append(f"{address}: {count} users")
    for address, count in emails.items():
        if count > books.users[address]:
            found.other.append(f"{address}: {count} emails for {books.users[address]} users")
    for address in books.failed:
        if not books.errors[address]:
            found.other.append(f"{address}: failed without a reason")
        elif address not in may_fail and not books.uncertain[address]:
            found.other.append(f"{address}: failed ({books.errors[address]})")
    for row in books.activations:
        if row["finishedAt"] is None:
            found.other.append(f"activation {row['_id']} has come to no end ({row['state']})")
        elif row["state"] == "finished" and row["created"] + row["skipped"] != row["total"]:
            found.other.append(f"activation {row['_id']}: {row['created']} + {row['skipped']} of {row['total']}")
    if sum(row["created"] for row in books.activations) != books.users.total():
        found.other.append(f"{books.users.total()} users, but the activations have counted otherwise")
    _compare_messages(books, received, found)
    return found


def _compare_messages(books: Books, received: Sequence[Received], found: Findings) -> None:
    by_address: dict[str, list[Received]] = {}
    for message in received:
        by_address.setdefault(message.recipient, []).append(message)
    found.lost |= set(books.delivered) - set(by_address)  # counts as delivered and never arrived
    for address, messages in by_address.items():
        if len(messages) > books.delivered[address] + books.uncertain[address]:
            found.unmarked.add(address)
        elif len(messages) > 1:
            found.marked.add(address)
        if len({(message.message_id, message.password) for message in messages}) > 1:
            found.other.append(f"{address}: got two different emails")
        if address not in books.users:
            found.other.append(f"{address}: got an email and is no user")
        elif not _opens(messages[0].password, books.password_hashes[address]):
            found.other.append(f"{address}: the password does not open the account")
    if len({messages[0].message_id for messages in by_address.values()}) != len(by_address):
        found.other.append("a Message-ID was used for two people")


#: Hashing is slow on purpose, and the books are compared again and again.
_opens = functools.cache(verify_password)


def check_books(books: Books, received: Sequence[Received], *, may_fail: frozenset[str] = frozenset()) -> set[str]:
    """Nothing may be wrong. Answers who got an email twice, which must then be marked, and the same one."""
    found = reconcile(books, received, may_fail=may_fail)
    assert not found.wrong, "\n".join(found.wrong)
    return found.marked

"""A mailbox as a real Dovecot has it: looked at without a trace, and what was understood is put away."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bounce_sources import BounceMailbox, parse_mailbox
from server.bounces.imap import BrokenOff, ImapMailbox, NotReadable, Trouble
from server.bounces.parts import SIZE
from server.smtp_accounts import Trust
from server.store.bounce_mailbox import Mark
from tests.integration.mail.certificates import Authority
from tests.integration.mail.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.integration.mail.frugal_imap import frugal_imap
from tests.integration.mail.loopback import free_ports
from tests.waiting import LIMIT

_USERS = [f"bounces{number}@sender.example" for number in range(40)]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that nobody else knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    """One for all tests here."""
    with running_dovecot(certificate=authority.server_file("127.0.0.1", "localhost")) as dovecot:
        dovecot.add(*_USERS)  # at once: it looks into the list once a second
        yield dovecot


@pytest.fixture(scope="module")
def users() -> Iterator[str]:
    """Each is asked for once."""
    return iter(_USERS)


@pytest.fixture
def user(users: Iterator[str]) -> str:
    """Somebody with an empty mailbox."""
    return next(users)


def mailbox(
    dovecot: Dovecot,
    user: str,
    *,
    scheme: str = "imap+plain",
    port: int | None = None,
    password: str = PASSWORD,
    inbox: str = "",
    ca_file: Path | None = None,
) -> BounceMailbox:
    """As a setting names it."""
    there = port or (dovecot.imaps if scheme == "imaps" else dovecot.imap)
    url = f"{scheme}://{user.replace('@', '%40')}:{password}@127.0.0.1:{there}/{inbox}"
    return parse_mailbox(url, trust=Trust(ca_file))


def deliver(dovecot: Dovecot, user: str, *subjects: str, body: str = "Hello.") -> None:
    """Emails that a mail server puts into the mailbox."""
    with smtplib.LMTP("127.0.0.1", dovecot.lmtp, timeout=LIMIT) as lmtp:
        for subject in subjects:
            lmtp.sendmail("", [user], f"From: x@firm.example\r\nSubject: {subject}\r\n\r\n{body}\r\n")


def subjects_of(messages: list[bytes]) -> list[str]:
    return [line[9:].decode() for each in messages for line in each.splitlines() if line.startswith(b"Subject: ")]


@pytest.mark.parametrize("scheme", ["imap+plain", "imap", "imaps"])
def test_it_is_read_on_every_kind_of_connection(dovecot: Dovecot, authority: Authority, user: str, scheme: str) -> None:
    deliver(dovecot, user, "one", "two")
    connection = ImapMailbox(mailbox(dovecot, user, scheme=scheme, ca_file=authority.file))
    connection.open()
    try:
        first, second = connection.new(None)
        assert b"Subject: one" in (connection.beginning(first) or b"")
        assert connection.new(first) == [second]
        assert connection.new(second) == []
        assert connection.beginning(Mark(first.validity, 999)) is None
    finally:
        connection.close()
    with dovecot.reading(user) as reading:
        assert reading.uid("SEARCH", "UNSEEN")[1] == [b"1 2"]


@pytest.mark.parametrize(
    ("without", "left_over"),
    [((), 0), (("MOVE",), 0), (("MOVE", "UIDPLUS"), 1)],
    ids=["move", "copy and expunge", "copy alone"],
)
async def test_what_was_understood_lies_in_the_other_folder_and_the_rest_where_it_was(
    dovecot: Dovecot, user: str, without: tuple[str, ...], left_over: int
) -> None:
    await asyncio.to_thread(deliver, dovecot, user, "a", "b", "c")
    async with frugal_imap(dovecot.imap, without) as port:
        connection = ImapMailbox(mailbox(dovecot, user, port=port))
        await asyncio.to_thread(connection.open)
        _, second, third = await asyncio.to_thread(connection.new, None)
        await asyncio.to_thread(connection.put_away, second)
        await asyncio.to_thread(connection.put_away, third)
        await asyncio.to_thread(connection.close)
    assert subjects_of(dovecot.messages(user, '"Activation Desk"')) == ["b", "c"]
    with dovecot.reading(user) as reading:
        assert reading.uid("SEARCH", "UNSEEN", "UNDELETED")[1] == [b"1"]
        # Where only all of the deleted ones could be taken away, those of others would go along.
        assert reading.uid("SEARCH", "DELETED")[1] == [b"2 3" if left_over else b""]


def test_of_a_long_message_only_the_beginning_is_fetched(dovecot: Dovecot, user: str) -> None:
    deliver(dovecot, user, "long", body="x" * 60 * 900 + ("\r\n" + "y" * 900) * 600)
    connection = ImapMailbox(mailbox(dovecot, user))
    connection.open()
    (message,) = connection.new(None)
    assert len(connection.beginning(message) or b"") == SIZE
    connection.close()


def test_numbers_that_were_given_anew_do_not_hide_what_was_not_looked_at(dovecot: Dovecot, user: str) -> None:
    deliver(dovecot, user, "one")
    connection = ImapMailbox(mailbox(dovecot, user))
    connection.open()
    (message,) = connection.new(None)
    assert connection.new(Mark(message.validity + 1, 500)) == [message]
    connection.close()


@pytest.mark.parametrize(
    ("given", "trouble", "said"),
    [
        ({"password": "wrong"}, Trouble.LOGIN_REFUSED, "Authentication failed"),
        ({"scheme": "imaps"}, Trouble.TLS_FAILED, "unable to get local issuer certificate"),
        ({"scheme": "imap"}, Trouble.TLS_FAILED, "unable to get local issuer certificate"),
        ({"scheme": "imaps", "at": "imap"}, Trouble.TLS_FAILED, "write imap:// (STARTTLS) for imaps://"),
        ({"at": "nobody"}, Trouble.UNREACHABLE, "Connection refused"),
        ({"inbox": "Nowhere"}, Trouble.FOLDER_MISSING, "Mailbox doesn't exist: Nowhere"),
    ],
)
def test_each_way_not_to_get_in_is_told_apart(
    dovecot: Dovecot, user: str, given: dict[str, str], trouble: Trouble, said: str
) -> None:
    ports = {"imap": dovecot.imap, "nobody": free_ports(1)[0]}
    at = given.get("at")
    rest = {name: value for name, value in given.items() if name != "at"}
    connection = ImapMailbox(mailbox(dovecot, user, port=ports[at] if at else None, **rest))  # type: ignore[arg-type]
    with pytest.raises(NotReadable) as caught:
        connection.open()
    connection.close()
    assert (caught.value.trouble, said in str(caught.value)) == (trouble, True), str(caught.value)
    assert "wrong" not in str(caught.value).replace("wrong version", "")


async def test_a_server_without_starttls_is_not_given_the_password(dovecot: Dovecot, user: str) -> None:
    async with frugal_imap(dovecot.imap, ["STARTTLS"]) as port:
        connection = ImapMailbox(mailbox(dovecot, user, scheme="imap", port=port))
        with pytest.raises(NotReadable, match="write imaps://") as caught:
            await asyncio.to_thread(connection.open)
        await asyncio.to_thread(connection.close)
    assert caught.value.trouble is Trouble.TLS_FAILED


@pytest.mark.parametrize("without", [(), ("IDLE",)], ids=["idle", "looking again"])
async def test_a_wait_ends_when_something_comes_or_when_it_is_told_to(
    dovecot: Dovecot, user: str, without: tuple[str, ...]
) -> None:
    async with frugal_imap(dovecot.imap, without) as port:
        connection = ImapMailbox(mailbox(dovecot, user, port=port))
        await asyncio.to_thread(connection.open)
        assert await asyncio.to_thread(connection.new, None) == []
        waiting = asyncio.create_task(asyncio.to_thread(connection.wait, 3600, without_idle=0.1))
        while not waiting.done():  # one that comes before the wait has begun is found by the next look
            await asyncio.to_thread(deliver, dovecot, user, "one")
            await asyncio.wait({waiting}, timeout=0.5)
        await waiting
        assert await asyncio.to_thread(connection.new, None)
        waiting = asyncio.create_task(asyncio.to_thread(connection.wait, 3600, without_idle=3600))
        await asyncio.wait({waiting}, timeout=0.2)
        connection.interrupt()
        with pytest.raises(BrokenOff):
            await asyncio.wait_for(waiting, LIMIT)
        await asyncio.to_thread(connection.close)


@pytest.mark.parametrize("kind", ["AUTH=PLAIN", "AUTH=XOAUTH2", ""])
async def test_a_server_that_quotes_the_login_does_not_bring_it_into_the_words(
    dovecot: Dovecot, user: str, kind: str
) -> None:
    told: list[bytes] = []

    async def quote(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"* OK [CAPABILITY IMAP4rev1 {kind}] hello\r\n".encode())
        while line := await reader.readline():
            told.append(line.strip())
            tag, _, command = line.strip().partition(b" ")
            if command == b"CAPABILITY":
                writer.write(f"* CAPABILITY IMAP4rev1 {kind}\r\n".encode() + tag + b" OK done\r\n")
            elif command.startswith(b"AUTHENTICATE"):
                writer.write(b"+ \r\n")
                told.append((await reader.readline()).strip())
                writer.write(tag + b" NO what is " + told[-1] + b"?\r\n")
            else:
                writer.write(tag + b" NO what is " + command + b"?\r\n")
        writer.close()

    async with await asyncio.start_server(quote, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = ImapMailbox(mailbox(dovecot, user, port=port, password="canary-1"))
        with pytest.raises(NotReadable, match="what is") as caught:
            await asyncio.to_thread(connection.open, "canary-2" if "XOAUTH2" in kind else None)
        await asyncio.to_thread(connection.close)
    assert "canary" not in str(caught.value)
    assert not any(each.decode() in str(caught.value) for each in told if each and b" " not in each), "nor in base64"


async def test_a_server_that_hangs_up_instead_of_a_greeting_is_noticed(dovecot: Dovecot, user: str) -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as server:
        connection = ImapMailbox(mailbox(dovecot, user, port=server.sockets[0].getsockname()[1]))
        with pytest.raises(NotReadable) as caught:
            await asyncio.to_thread(connection.open)
    assert caught.value.trouble is Trouble.UNREACHABLE

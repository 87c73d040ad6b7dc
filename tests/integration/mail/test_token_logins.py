"""Mail leaves by access tokens; whatever goes wrong with them is said, charged to no email, and shows none of them."""

from __future__ import annotations

import asyncio
import base64
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from server.contract import Phrase
from server.explaining import explained
from server.mail.outcome import BlockCode, Outcome, Verdict
from server.mail.smtp import MailTransport, Message
from server.mail.time_limits import TimeLimits
from server.oauth.endpoint import TokenEndpoint
from server.oauth.source import TokenSource
from server.settings import load_settings
from server.smtp_accounts import AccessToken, SmtpAccount
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.scripted_smtp import ScriptedSmtp
from tests.integration.oauth.conftest import client
from tests.integration.oauth.token_server import Said, TokenServer, refusal, token, token_server
from tests.waiting import LIMIT

MAILBOX = "welcome@firm.example"
GOOD = "good-access-token"


@pytest.fixture
async def endpoint() -> AsyncIterator[TokenServer]:
    """A token server."""
    async with token_server() as server:
        server.script = [token(GOOD)]
        yield server


@pytest.fixture(autouse=True)
def by_token(smtp: ScriptedSmtp) -> None:
    """The mail server wants no passwords."""
    smtp.username, smtp.tokens = MAILBOX, [GOOD]


def account(smtp: ScriptedSmtp, server: TokenServer) -> SmtpAccount:
    """As the settings make it, but for the encryption."""
    asker = client(token_url=server.url, client_id="app", client_secret="s3cret")
    mail = replace(smtp.address, password=None, oauth=asker)
    tokens = TokenSource(asker, MAILBOX, TokenEndpoint(server.url, ssl.create_default_context))
    return replace(load_settings({"QUEUE_INTERVAL": "0.2"}).account_at(mail), tokens=tokens)


async def send(used: SmtpAccount, count: int = 1) -> Verdict:
    """So many emails at once, over connections of their own; the first verdict of those that differ from acceptance."""
    transport = MailTransport(used, time_limits=TimeLimits.each(LIMIT))

    async def leave() -> bool:
        return True

    async def one(number: int) -> Verdict:
        message = Message("desk@sender.example", f"person{number}@firm.example", b"Subject: a\r\n\r\nb\r\n")
        async with transport.slot():
            verdict = await transport.send(message, leave)
        assert verdict is not None
        return verdict

    verdicts = await asyncio.gather(*(one(number) for number in range(count)))
    await transport.close()
    return next((each for each in verdicts if each.outcome is not Outcome.ACCEPTED), verdicts[0])


@pytest.mark.parametrize("mechanisms", ["XOAUTH2 OAUTHBEARER", "OAUTHBEARER", "PLAIN LOGIN XOAUTH2"])
@pytest.mark.parametrize("length", [0, 3000])
async def test_emails_leave_by_an_access_token_that_is_fetched_once(
    smtp: ScriptedSmtp, endpoint: TokenServer, mechanisms: str, length: int
) -> None:
    long = GOOD + "x" * length
    smtp.mechanisms, smtp.tokens, endpoint.script = mechanisms, [long], [token(long)]
    assert (await send(account(smtp, endpoint), 12)).outcome is Outcome.ACCEPTED
    assert len(smtp.accepted) == 12
    assert smtp.logins == smtp.connections > 1
    assert len(endpoint.forms) == 1
    assert set(smtp.auths) == {"OAUTHBEARER" if mechanisms == "OAUTHBEARER" else "XOAUTH2"}
    if mechanisms == "OAUTHBEARER":
        assert smtp.shown[0].startswith(f"n,a={MAILBOX},\x01host=127.0.0.1\x01port={smtp.address.port}\x01")
    # What is longer than a command may be does not stand in one (RFC 4954, 4).
    assert max(map(len, smtp.commands)) <= 510


async def test_a_token_that_was_revoked_is_replaced_once_and_nobody_notices(
    smtp: ScriptedSmtp, endpoint: TokenServer
) -> None:
    endpoint.script = [token("revoked-token"), token(GOOD)]
    used = account(smtp, endpoint)
    assert used.tokens is not None
    await used.tokens.get()
    assert (await send(used, 5)).outcome is Outcome.ACCEPTED
    assert len(endpoint.forms) == 2
    assert [shown.count("revoked-token") for shown in smtp.shown[:2]] == [1, 0]


async def test_a_server_that_hangs_up_on_a_revoked_token_is_asked_anew(
    smtp: ScriptedSmtp, endpoint: TokenServer
) -> None:
    endpoint.script = [token("revoked-token"), token(GOOD)]
    smtp.hangs_up_after_login = True
    used = account(smtp, endpoint)
    assert used.tokens is not None
    await used.tokens.get()
    first = await send(used)
    assert (first.block, "535 5.7.8" in first.text) == (BlockCode.UNREACHABLE, True)
    assert (await send(used)).outcome is Outcome.ACCEPTED
    assert len(endpoint.forms) == 2


async def test_a_refused_login_is_made_once_for_a_fresh_token_and_twice_for_an_old_one(
    smtp: ScriptedSmtp, endpoint: TokenServer
) -> None:
    smtp.tokens = ["another"]
    used = account(smtp, endpoint)
    verdict = await send(used, 5)
    assert verdict.block is BlockCode.LOGIN_REFUSED
    assert verdict.text == (
        "The mail server refuses the login: 535 5.7.8 Username and Password not accepted "
        "(status 401, schemes bearer, scope https://mail.google.com/)"
    )
    assert (len(smtp.auths), len(endpoint.forms)) == (1, 1)
    assert used.tokens is not None
    await used.tokens.get()
    await send(used)
    assert (len(smtp.auths), len(endpoint.forms)) == (3, 3)


async def test_the_reason_of_a_refusal_is_acknowledged_as_each_mechanism_wants_it(
    smtp: ScriptedSmtp, endpoint: TokenServer
) -> None:
    smtp.tokens, smtp.mechanisms = ["another"], "OAUTHBEARER"
    smtp.challenge = '{"status":"invalid_token","scope":"mail"}'
    verdict = await send(account(smtp, endpoint))
    assert verdict.block is BlockCode.LOGIN_REFUSED
    assert verdict.text.endswith("not accepted (status invalid_token, scope mail)")


@pytest.mark.parametrize("challenge", ["", "no json", "[1]", '{"status":{"a":"b"}}', "\x00" * 300])
async def test_an_odd_reason_is_left_out(smtp: ScriptedSmtp, endpoint: TokenServer, challenge: str) -> None:
    smtp.tokens, smtp.challenge = ["another"], challenge
    verdict = await send(account(smtp, endpoint))
    assert verdict.text.endswith("535 5.7.8 Username and Password not accepted")


async def test_a_login_that_is_refused_for_now_keeps_its_token(smtp: ScriptedSmtp, endpoint: TokenServer) -> None:
    smtp.login = ["454 4.7.0 Temporary authentication failure", ""]
    used = account(smtp, endpoint)
    assert (await send(used)).block is BlockCode.BUSY
    assert (await send(used)).outcome is Outcome.ACCEPTED
    assert len(endpoint.forms) == 1


async def test_a_server_that_takes_no_tokens_says_what_to_set(smtp: ScriptedSmtp, endpoint: TokenServer) -> None:
    smtp.mechanisms = "PLAIN LOGIN"
    verdict = await send(account(smtp, endpoint))
    said = Phrase.NO_LOGIN.says(answer=Phrase.LOGIN_WITHOUT_TOKENS.says(kinds="PLAIN, LOGIN")).english
    assert (verdict.block, verdict.text) == (BlockCode.LOGIN_REFUSED, said)
    assert endpoint.forms == []


@pytest.mark.parametrize("form", ["plain", "base64", "the whole line"])
async def test_a_server_that_quotes_the_token_is_not_repeated(
    smtp: ScriptedSmtp, endpoint: TokenServer, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"user={MAILBOX}\x01auth=Bearer {GOOD}\x01\x01"
    quoted = {"plain": GOOD, "base64": _base64(GOOD), "the whole line": _base64(line)}[form]
    smtp.login = [f"535 5.7.8 what is {quoted}?"]
    verdict = await send(account(smtp, endpoint))
    told = capsys.readouterr()
    for text in (verdict.text, told.out, told.err):
        assert GOOD not in text
        assert _base64(GOOD)[:20] not in text
        assert _base64(line)[-30:-8] not in text
    assert "535 5.7.8 what is" in verdict.text


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# --- In the queue ---


async def nothing_was_charged(queue: Queue) -> None:
    assert await queue.database.failed.count_documents({}) == 0

    async def is_back() -> bool:
        return await queue.database.pending.count_documents({"status": "pending", "attempts": 0}) == 1

    await queue.until(is_back)


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (refusal("invalid_client", "AADSTS7000215: Invalid client secret provided. More.", 401), "loginRefused",
         "The token server 127.0.0.1 refuses the login: invalid_client: AADSTS7000215: Invalid client secret"),
        (Said(503, ""), "tokenAway", "The token server 127.0.0.1 asks to come back later: 503"),
    ],
)  # fmt: skip
async def test_without_a_token_the_account_rests_and_no_email_is_charged(
    queue: Queue, smtp: ScriptedSmtp, endpoint: TokenServer, said: Said, code: str, words: str
) -> None:
    endpoint.script = [said]
    await queue.add("ann@firm.example")
    used = account(smtp, endpoint)
    async with running(queue.worker(used, proven=False, **SOON)):
        found, message = await until_blocked(queue, used.name)
    assert (found, words in message) == (code, True), message
    assert (smtp.auths, smtp.received) == ([], [])
    await nothing_was_charged(queue)
    endpoint.script = [token(GOOD)]
    async with running(queue.worker(used, **SOON)):
        await queue.until_empty()
    assert list(smtp.accepted) == ["ann@firm.example"]


# --- One step at the provider is missing ---


@dataclass
class _Fixed:
    """Always the same token."""

    dropped: list[AccessToken] = field(default_factory=list)

    async def get(self) -> AccessToken:
        return AccessToken(GOOD, time.monotonic())

    def drop(self, token: AccessToken) -> None:
        self.dropped.append(token)


@pytest.mark.parametrize(
    ("at_login", "at_the_dot", "block", "advice"),
    [
        (
            "535 5.7.3 Authentication unsuccessful [AM0PR01CA0123.eurprd01.prod.exchangelabs.com 2026-11-28]",
            "",
            BlockCode.LOGIN_REFUSED,
            Phrase.ADVICE_STEPS_AT_MICROSOFT,
        ),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
            "https://aka.ms/smtp_auth_disabled for more information.",
            "",
            BlockCode.LOGIN_REFUSED,
            Phrase.ADVICE_SMTP_AUTH,
        ),
        (
            "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
            "successfully. Contact your administrator.",
            "",
            BlockCode.LOGIN_REFUSED,
            Phrase.ADVICE_SIGN_IN_RULES,
        ),
        (
            "",
            "554 5.2.252 SendAsDenied; welcome@firm.example not allowed to send as desk@sender.example; "
            "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message",
            BlockCode.SENDER_REFUSED,
            Phrase.ADVICE_SEND_AS,
        ),
    ],
)
async def test_a_missing_step_at_microsoft_is_named(
    smtp: ScriptedSmtp, at_login: str, at_the_dot: str, block: BlockCode, advice: Phrase
) -> None:
    smtp.login = [at_login]
    if at_the_dot:
        smtp.message["person0@firm.example"] = [at_the_dot]
    used = load_settings({}).account_at(replace(smtp.address, password=None))
    verdict = await send(replace(used, tokens=_Fixed()))
    assert (verdict.outcome, verdict.block) == (Outcome.BLOCKED, block)
    assert (at_login or at_the_dot)[:30] in verdict.text
    assert verdict.text.endswith(f" What may help: {advice.english}")
    assert explained(verdict.text) == Phrase.ADVISED.says(
        problem=explained(verdict.text.partition(" What may help")[0]) or "", advice=advice.says()
    )


async def test_passwords_that_are_not_taken_any_more_point_to_tokens(smtp: ScriptedSmtp) -> None:
    smtp.tokens = []
    smtp.login = ["550 5.7.30 Basic authentication is not supported for Client Submission."]
    verdict = await send(load_settings({}).account_at(smtp.address))
    assert verdict.block is BlockCode.LOGIN_REFUSED
    assert verdict.text.endswith(Phrase.ADVICE_USE_TOKENS.english)

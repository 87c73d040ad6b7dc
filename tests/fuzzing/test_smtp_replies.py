"""Mail servers that say anything, at any moment: every answer comes to a verdict that can be shown."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from server.explaining import cause_of
from server.mail import outcome
from server.mail.fault import Stage
from server.mail.outcome import BlockCode, Outcome, Verdict
from server.mail.smtp import MailTransport, Message
from server.mail.time_limits import TimeLimits
from server.operations.redaction import mask_passwords
from server.settings import load_settings
from server.smtp_accounts import SmtpSecurity, SmtpServer
from tests.fuzzing.examples import inputs

_WORDS = st.sampled_from(
    [
        "4.7.1", "5.1.1", "try again in 5 minutes", "in 999999 hours", "after 0 s", "wait 1 m", "<ann@firm.example>",
        "a@b",
        "1qXyZa-000ABC-Hk", "=?utf-8?q?x?=", "\x1b[31m", "\u202e", "\x00", "\r", "\n", "é", "\udcff",
        "Abcde-fGhij-kLmno", "@",
        "<", ">", "-", "550", "١٢٣", "²", "x" * 600, "0123456789" * 60, "a.b-c_" * 100,
    ]
)  # fmt: skip
REPLIES = st.text(max_size=700) | st.lists(_WORDS, max_size=20).map(" ".join)


@inputs(1500)
@given(stage=st.sampled_from(Stage), code=st.integers(-1, 999), reply=REPLIES, others_open=st.booleans())
def test_every_reply_has_a_verdict(stage: Stage, code: int, reply: str, others_open: bool) -> None:
    started = time.thread_time()
    for verdict in (outcome.answered(stage, code, reply, others_open=others_open), outcome.broken_off(stage, reply)):
        expect_shown(verdict)
    if stage is Stage.FINAL_DOT:
        found = outcome.answered(stage, code, reply, others_open=others_open).outcome
        assert (found is Outcome.UNCERTAIN) == (code // 100 not in (4, 5)), "it may have arrived"
    expect_shown(outcome.accepted(reply))
    cause = cause_of(outcome.answered(stage, code, reply).text)
    assert len(cause) <= 2 * outcome.REPLY_LIMIT
    assert time.thread_time() - started < 1


def expect_shown(verdict: Verdict) -> None:
    """It can be stored, shown and acted on."""
    assert (verdict.outcome is Outcome.BLOCKED) == (verdict.block is not None)
    assert verdict.block is None or isinstance(verdict.block, BlockCode)
    assert len(verdict.text) < outcome.REPLY_LIMIT + 200
    assert len(verdict.text.splitlines()) <= 1
    assert mask_passwords(verdict.text) == verdict.text
    verdict.text.encode()
    assert verdict.wait is None or timedelta() <= verdict.wait <= outcome.LONGEST_HINT


#: What is said instead of an answer, at which of them; what else is said is as it should be.
_LINES = st.sampled_from(
    [
        b"250 OK\r\n", b"250-OK\r\n", b"250", b"250\r\n", b"250\n", b"2\r\n", b"999 what\r\n", b"000 x\r\n",
        b"-1 x\r\n", b"\r\n", b"\n",
        b"abc\r\n", b"\xff\xfe\r\n", b"\x00", b"421 bye\r\n", b"550 no\r\n", b"450-a\r\n550 b\r\n", b"354 go\r\n",
        b"220 hi\r\n",
        "²50 x\r\n".encode(), "٢٥٠ x\r\n".encode(), b"250 " + b"x" * 9000 + b"\r\n", b"x" * 70_000, b"250-x\r\n" * 200,
        b"334 \r\n", b"535 5.7.8 no\r\n", b"250 caf\xe9\r\n", b"250\x00OK\r\n", b"  250 OK\r\n", b"+250 OK\r\n",
    ]
)  # fmt: skip
WIRE = st.binary(max_size=60) | st.lists(_LINES, max_size=6).map(b"".join)
_STAGES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot")


class _RudeServer:
    """Says what it is told to, and then hangs up."""

    def __init__(self) -> None:
        self.at = ""
        self.said = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            if await self._say(writer, "greeting", b"220 ready\r\n"):
                return
            while line := await reader.readline():
                verb = line[:4].strip().decode("latin-1").upper()
                good = {"EHLO": b"250-me\r\n250 SIZE 1000\r\n", "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}
                if await self._say(writer, verb, good.get(verb, b"250 OK\r\n")):
                    return
                if verb == "DATA":
                    await reader.readuntil(b"\r\n.\r\n")
                    if await self._say(writer, "dot", b"250 taken\r\n"):
                        return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, at: str, good: bytes) -> bool:
        rude = at == self.at
        writer.write(self.said if rude else good)
        await writer.drain()
        return rude


def test_a_server_may_say_anything_at_any_moment() -> None:
    rude = _RudeServer()
    verdicts: set[tuple[str, Outcome]] = set()

    async def send(account: SmtpServer) -> Verdict | None:
        transport = MailTransport(load_settings({}).account_at(account), time_limits=TimeLimits.each(5))

        async def leave() -> bool:
            return True

        try:
            async with transport.slot():
                return await transport.send(
                    Message("a@b.example", "c@d.example", b"Subject: x\r\n\r\nhello\r\n"), leave
                )
        finally:
            await transport.close()

    with asyncio.Runner() as runner:
        listener = runner.run(asyncio.start_server(rude.serve, "127.0.0.1", 0))
        account = SmtpServer("127.0.0.1", listener.sockets[0].getsockname()[1], SmtpSecurity.NONE)

        @inputs(600)
        @given(at=st.sampled_from(_STAGES), said=WIRE)
        @example(at="", said=b"")
        def check(at: str, said: bytes) -> None:
            rude.at, rude.said = at, said
            verdict = runner.run(send(account))
            assert verdict is not None
            expect_shown(verdict)
            verdicts.add((at, verdict.outcome))
            if at == "dot" and verdict.outcome not in (Outcome.ACCEPTED, Outcome.UNCERTAIN):
                assert re.search(rb"^\W*[45]\d", said, re.MULTILINE), "it may have arrived"
            if at in ("greeting", "EHLO"):
                assert verdict.outcome in (Outcome.BLOCKED, Outcome.RETRY), "nothing was sent"
            elif at != "dot" and at:
                assert verdict.outcome not in (Outcome.ACCEPTED, Outcome.UNCERTAIN), "nothing can have arrived"

        check()
        listener.close()
        runner.run(listener.wait_closed())
    assert ("", Outcome.ACCEPTED) in verdicts
    assert ("dot", Outcome.UNCERTAIN) in verdicts

"""Whatever comes into the mailbox of bounces: it is read or left alone, in a time that its length bounds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.bounces.ours import Ours
from server.bounces.parts import SIZE
from server.bounces.report import read
from server.text import one_line
from tests.fuzzing.examples import inputs

_FILES = sorted((Path(__file__).parents[1] / "files" / "bounces").glob("*.eml"))
_SAMPLES = [path.read_bytes() for path in _FILES]
_OURS = Ours(frozenset({"sender.example"}), "bounces+{id}@sender.example")
_ID = b"6b09c3af9f7649ec719b6e40"
_PIECES = (
    b"\n", b"\r\n", b"\n\n", b"\r", b" ", b"\t", b"--", b"--b", b"--b--", b": ", b";", b'"', b"\\", b"<", b">", b"@",
    b"=?utf-8?B?/w==?=", b"=?", b"?=", b"=3D", b"=", b"\x00", b"\xff", b"\xe2\x80\xae",
    b"<" + _ID + b"@sender.example>",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n",
    b"Content-Type: message/delivery-status\n\n", b"Content-Transfer-Encoding: base64\n", b"Action: failed\n",
    b"Content-Type: text/plain; charset=idna\n", b"Content-Type: text/html\n\n", b"Return-Path: <>\n",
    b"From: MAILER-DAEMON\n", b"Final-Recipient: rfc822;a@b.example\n",
    b"Final-Recipient: utf-8; \\x{D800}\\x{FFFFFF}\n",
    b"Status: 5.1.1\n", b"Diagnostic-Code: smtp; 550-5.1.1 x\n", b"Original-Envelope-Id: " + _ID + b"\n",
    b"Date: Sat, 31 Feb 99999 25:61:61 +9999\n", b"Message-ID: <>\n", b"giving up", b"could not be delivered",
    b"abcde-fghjk-mnpqr",
)  # fmt: skip
MESSAGES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join),
    st.tuples(
        st.sampled_from(_SAMPLES),
        st.integers(0, 3000),
        st.integers(0, 60),
        st.lists(st.sampled_from(_PIECES), max_size=5).map(b"".join) | st.binary(max_size=20),
    ).map(lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[1] + cut[2] :]),
)


@inputs(800)
@given(message=MESSAGES)
@example(message=b"")
@example(message=b"Date: 1 Jan 0000 00:00:00 -2359\n" + _SAMPLES[0])
def test_anything_is_read_or_left_alone(message: bytes) -> None:
    for report in read(message, _OURS):
        assert one_line(report.reason) == report.reason
        assert len(report.reason) <= 400
        assert "abcde-fghjk-mnpqr" not in report.reason
        assert report.code == "" or report.code[0] in "245"
        assert report.recipient is None or 0 < len(report.recipient) <= 320
        assert report.recipient is None or one_line(report.recipient) == report.recipient
        assert 0 < len(report.source_id) <= 200
        assert report.at is None or report.at.tzinfo is not None
        assert f"{report.key} {report.words}".isprintable()


def _report(*fields: bytes) -> bytes:
    return (
        b"From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=b\n\n--b\n\n"
        + b"a@b " * 60_000
        + b"\n--b\nContent-Type: message/delivery-status\n\n"
        + b"".join(fields)
    )


def _nested(count: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(count))


_LONG: Sequence[tuple[str, bytes]] = [
    ("nested", _nested(6000)),
    ("boundaries", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 60_000),
    ("semicolons", b"Content-Type: multipart/mixed" + b";" * 250_000),
    ("empty lines", b"From: MAILER-DAEMON\nContent-Type: message/delivery-status\n\n" + b" \n" * 120_000),
    ("headers", b"Received: x\n" * 20_000),
    ("encoded words", b"Subject: " + b"=?utf-8?B?" * 25_000),
    ("comments", b"From: " + b"(" * 250_000),
    ("tags", b"From: MAILER-DAEMON\nContent-Type: text/html\n\n" + b"<style><br " * 22_000),
    ("dashes", b"From: MAILER-DAEMON\n\n" + b"-" * 250_000),
    ("angles", b"From: MAILER-DAEMON\n\n could not be delivered" + b"< " * 120_000),
    ("recipients", _report(*[b"Final-Recipient: rfc822; a@b\nAction: failed\n\n"] * 2000)),
    ("codes", b"From: MAILER-DAEMON\n\nfailed permanently x@y.example\n\n" + b"550-5.1.1 " * 25_000),
    ("groups", b"From: MAILER-DAEMON\n\nfailed permanently x@y.example: 550 5.1.1 " + b"abcde-" * 40_000),
]


@pytest.mark.parametrize(("name", "message"), _LONG, ids=[name for name, _ in _LONG])
def test_no_message_takes_long(name: str, message: bytes) -> None:
    """A second of the processor is a hundred times what the samples take together."""
    assert len(message) > SIZE // 4, name
    started = time.process_time()
    read(message, _OURS)
    assert time.process_time() - started < 1


def test_what_the_examples_start_from_is_good() -> None:
    """Otherwise nothing but what is left alone would be seen."""
    assert sum(bool(read(sample, _OURS)) for sample in _SAMPLES) > 50

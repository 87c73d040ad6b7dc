"""What mail servers write when an email does not arrive, and what comes into the same mailbox and is no such thing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from bson import ObjectId

from server.bounces.ours import Ours
from server.bounces.report import Kind, Report, read

_FILES = Path(__file__).parents[1] / "files" / "bounces"
_OURS = Ours(frozenset({"sender.example"}), "bounces+{id}@sender.example")


@dataclass(frozen=True)
class Expected:
    """What one file reports."""

    kind: Kind
    email_id: str | None
    recipient: str
    code: str
    reason: str
    sending: int = 0


_REPORTS = {
    "exim_mailbox_full": Expected(
        Kind.FAILED, "6b09c3af9f7649ec719b6e40", "full.bob@remote.example", "5.2.2",
        "552 5.2.2 The recipient's inbox is out of storage space. <full.bob@remote.example> OverQuotaPerm",
    ),
    "opensmtpd_unknown_user": Expected(
        Kind.FAILED, "6b09c33de9d4f022a720019f", "gone.ann@remote.example", "5.1.1",
        "550 5.1.1 <gone.ann@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    "postfix_delayed": Expected(
        Kind.DELAYED, "6b09c2d96491c48772b1bc1d", "defer.eve@remote.example", "4.3.2",
        "451 4.3.2 Please try again later",
    ),
    "postfix_headers_only_envid": Expected(  # of another program: such ids are none of ours
        Kind.FAILED, None, "gone.hdrs@remote.example", "5.1.1",
        "550 5.1.1 <gone.hdrs@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    "postfix_smtputf8_not_offered": Expected(
        Kind.FAILED, "6b09c24a53f15bcd7d410bef", "jörg157@box.example", "5.6.7",
        "SMTPUTF8 is required, but was not offered by host mail.test[/run/dovecot/lmtp]",
    ),
    "postfix_unknown_user": Expected(
        Kind.FAILED, "6b09c2d86491c48772b1bc19", "gone.ann@remote.example", "5.1.1",
        "550 5.1.1 <gone.ann@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
}  # fmt: skip
_NO_REPORTS = ("autoreply_out_of_office", "postfix_success")


def _read(name: str) -> list[Report]:
    return read((_FILES / f"{name}.eml").read_bytes(), _OURS)


@pytest.mark.parametrize("name", sorted(_REPORTS))
def test_reports_are_understood(name: str) -> None:
    expected = _REPORTS[name]
    [found] = _read(name)
    assert (
        Expected(
            found.kind,
            None if found.email_id is None else str(found.email_id),
            found.recipient or "",
            found.code,
            found.reason,
            found.sending,
        )
        == expected
    )


@pytest.mark.parametrize("name", _NO_REPORTS)
def test_what_is_no_report_is_left_alone(name: str) -> None:
    assert _read(name) == []


def test_every_sample_is_told_of() -> None:
    assert {path.stem for path in _FILES.glob("*.eml")} == {*_REPORTS, *_NO_REPORTS}


def test_another_senders_email_is_not_ours() -> None:
    message = (_FILES / "postfix_unknown_user.eml").read_bytes()
    assert [report.email_id for report in read(message, Ours(frozenset({"other.example"})))] == [None]


def test_an_email_is_named_with_its_sending() -> None:
    message = (_FILES / "postfix_unknown_user.eml").read_bytes()
    again = message.replace(b"6b09c2d86491c48772b1bc19@", b"6b09c2d86491c48772b1bc19.2@")
    [report] = read(again, _OURS)
    assert (report.email_id, report.sending) == (ObjectId("6b09c2d86491c48772b1bc19"), 2)

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
    "base64_global_status": Expected(
        Kind.FAILED, "6b0a000000005eed000053d1", "jörg@bücher.example", "5.1.1",
        "550 5.1.1 no such user",
    ),
    "domino_not_listed": Expected(
        Kind.FAILED, "6b0a000000005eed00004c05", "gone@remote.example", "5.1.1",
        "550 5.1.1 gone@remote.example... No such user",
    ),
    "dragonfly_spam": Expected(
        Kind.FAILED, "6b0a000000005eed00006176", "ann@remote.example", "5.7.26",
        "550 5.7.26 Unauthenticated email from sender.example is not accepted",
    ),
    "exchange_2003": Expected(
        Kind.FAILED, "6b0a000000005eed00003887", "gone@remote.example", "5.1.1",
        "The e-mail account does not exist at the organization this message was sent to.",
    ),
    "exim_delayed": Expected(
        Kind.DELAYED, "6b0a000000005eed00001f30", "ann@slow.example", "4.0.0",
        "Delivery delayed: host is down",
    ),
    "exim_mailbox_full": Expected(
        Kind.FAILED, "6b09c3af9f7649ec719b6e40", "full.bob@remote.example", "5.2.2",
        "552 5.2.2 The recipient's inbox is out of storage space. <full.bob@remote.example> OverQuotaPerm",
    ),
    "exim_old_text_alone": Expected(
        Kind.FAILED, "6b0a000000005eed00002123", "ann@remote.example", "5.1.1",
        "550 5.1.1 <ann@remote.example>: User unknown",
    ),
    "exim_old_warning": Expected(
        Kind.DELAYED, "6b0a000000005eed00002316", "ann@slow.example", "",
        "Delivery is delayed.",
    ),
    "exim_retry_timeout": Expected(
        Kind.FAILED, "6b0a000000005eed00001b4a", "ann@slow.example", "4.3.0",
        "451 4.3.0 Temporary lookup failure: retry timeout exceeded",
    ),
    "exim_unroutable": Expected(
        Kind.FAILED, "6b0a000000005eed00001957", "ann@nodomain.example", "5.0.0",
        "Unrouteable address",
    ),
    "exim_without_the_message": Expected(
        Kind.FAILED, "6b0a000000005eed00001d3d", "ann@remote.example", "5.0.0",
        "550 Unknown user",
    ),
    "german_text_in_html": Expected(
        Kind.FAILED, "6b0a000000005eed0000655c", "weg@fern.example", "5.1.1",
        "550 5.1.1 Empfänger unbekannt",
    ),
    "gmail_delayed": Expected(
        Kind.DELAYED, "6b0a000000005eed00003e60", "ann@slow.example", "4.4.1",
        "The recipient server did not accept our requests to connect.",
    ),
    "gmail_over_quota": Expected(
        Kind.FAILED, "6b0a000000005eed00003c6d", "full@gmail.example", "5.2.2",
        "552 5.2.2 The recipient's inbox is out of storage space and inactive.",
    ),
    "gmail_unknown_user": Expected(
        Kind.FAILED, "6b0a000000005eed00003a7a", "gone@gmail.example", "5.1.1",
        "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the "
        "recipient's email address for typos or unnecessary spaces. For more information, go to "
        "https://support.google.example/mail/?p=NoSuchUser a1-2.3 - gsmtp",
    ),
    "hmailserver_text": Expected(
        Kind.FAILED, "6b0a000000005eed00006369", "gone@remote.example", "",
        "550 Unknown user",
    ),
    "m365_access_denied": Expected(
        Kind.FAILED, "6b0a000000005eed00002ec8", "ann@remote.example", "5.7.133",
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
    ),
    "m365_delayed": Expected(
        Kind.DELAYED, "6b0a000000005eed000034a1", "ann@slow.example", "4.4.7",
        "400 4.4.7 Message delayed",
    ),
    "m365_no_status_part": Expected(
        Kind.FAILED, "6b0a000000005eed000032ae", "gone@remote.example", "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
    ),
    "m365_unknown_user": Expected(
        Kind.FAILED, "6b0a000000005eed00002cd5", "gone@remote.example", "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient gone@remote.example not found by SMTP address lookup",
    ),
    "m365_without_the_original": Expected(
        Kind.FAILED, "6b0a000000005eed000030bb", "gone@remote.example", "5.4.1",
        "550 5.4.1 Recipient address rejected: Access denied.",
    ),
    "messagelabs_lines_not_indented": Expected(
        Kind.FAILED, "6b0a000000005eed00004a12", "ann@remote.example", "5.0.0",
        "550 Please turn on SMTP Authentication in your mail client. mail0.bemta0.example "
        "[198.51.100.21]:11111 is not permitted to relay through this server without authentication.",
    ),
    "mimecast_spaces_before_colons": Expected(
        Kind.FAILED, "6b0a000000005eed0000481f", "gone@remote.example", "5.7.54",
        "5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    ),
    "opensmtpd_delayed": Expected(
        Kind.DELAYED, "6b0a000000005eed00002ae2", "bob@slow.example", "4.0.0",
        "Connection timeout",
    ),
    "opensmtpd_expired": Expected(
        Kind.FAILED, "6b0a000000005eed000028ef", "bob@slow.example", "5.0.0",
        "Envelope expired",
    ),
    "opensmtpd_mailbox_full": Expected(
        Kind.FAILED, "6b0a000000005eed000026fc", "bob@remote.example", "5.2.2",
        "552 5.2.2 Mailbox full",
    ),
    "opensmtpd_unknown_user": Expected(
        Kind.FAILED, "6b09c33de9d4f022a720019f", "gone.ann@remote.example", "5.1.1",
        "550 5.1.1 <gone.ann@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    "postfix_alias": Expected(
        Kind.FAILED, "6b0a000000005eed000005d9", "team@remote.example", "5.1.1",
        "550 5.1.1 <bert.left@inner.remote.example>: Recipient address rejected: User unknown",
    ),
    "postfix_behind_a_disclaimer": Expected(
        Kind.FAILED, "6b0a000000005eed0000118b", "ann@remote.example", "5.1.1",
        "550 5.1.1 user unknown",
    ),
    "postfix_delayed": Expected(
        Kind.DELAYED, "6b09c2d96491c48772b1bc1d", "defer.eve@remote.example", "4.3.2",
        "451 4.3.2 Please try again later",
    ),
    "postfix_envelope_id_alone": Expected(
        Kind.FAILED, "6b0a000000005eed000007cc", "ann@remote.example", "5.1.1",
        "550 5.1.1 no such user",
    ),
    "postfix_expired": Expected(
        Kind.FAILED, "6b0a000000005eed000003e6", "ann@slow.example", "4.4.1",
        "connect to mx.slow.example[198.51.100.7]:25: Connection timed out",
    ),
    "postfix_global_headers": Expected(
        Kind.FAILED, "6b0a000000005eed00000f98", "jörg@remote.example", "5.1.1",
        "550 5.1.1 <jörg@remote.example> user unknown",
    ),
    "postfix_headers_only_envid": Expected(  # of another program: such ids are none of ours
        Kind.FAILED, None, "gone.hdrs@remote.example", "5.1.1",
        "550 5.1.1 <gone.hdrs@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    "postfix_host_not_found": Expected(
        Kind.FAILED, "6b0a000000005eed000001f3", "ann@nodomain.example", "5.4.4",
        "Host or domain name not found. Name service error for name=nodomain.example type=AAAA: Host not found",
    ),
    "postfix_of_another_sender": Expected(
        Kind.FAILED, None, "ann@remote.example", "5.1.1",
        "550 5.1.1 user unknown",
    ),
    "postfix_password_in_the_answer": Expected(
        Kind.FAILED, "6b0a000000005eed00000da5", "ann@remote.example", "5.7.1",
        "550 5.7.1 content rejected: •••••-•••••-•••••",
    ),
    "postfix_second_sending": Expected(
        Kind.FAILED, "6b0a000000005eed000009bf", "ann@remote.example", "5.2.1",
        "550 5.2.1 The mailbox is disabled", sending=1,
    ),
    "postfix_smtputf8_not_offered": Expected(
        Kind.FAILED, "6b09c24a53f15bcd7d410bef", "jörg157@box.example", "5.6.7",
        "SMTPUTF8 is required, but was not offered by host mail.test[/run/dovecot/lmtp]",
    ),
    "postfix_spam_many_lines": Expected(
        Kind.FAILED, "6b0a000000005eed00000bb2", "ann@gmail.example", "5.7.26",
        "550 5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all "
        "senders to authenticate with either SPF or DKIM. abc123si4567890.12 - gsmtp",
    ),
    "postfix_unknown_user": Expected(
        Kind.FAILED, "6b09c2d86491c48772b1bc19", "gone.ann@remote.example", "5.1.1",
        "550 5.1.1 <gone.ann@remote.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    "powermta_bad_mailbox": Expected(
        Kind.FAILED, "6b0a000000005eed0000462c", "gone@remote.example", "5.1.1",
        "550 5.1.1 <gone@remote.example> recipient rejected",
    ),
    "qmail_bounces_address_alone": Expected(
        Kind.FAILED, "6b0a000000005eed00005d90", "gone@remote.example", "5.1.1",
        "Sorry, no mailbox here by that name. (#5.1.1)",
    ),
    "qmail_mailbox_full": Expected(
        Kind.FAILED, "6b0a000000005eed00005b9d", "full@remote.example", "5.2.2",
        "The users mailbox is over the allowed quota (size). (#5.2.2)",
    ),
    "qmail_unknown_user": Expected(
        Kind.FAILED, "6b0a000000005eed000059aa", "gone@remote.example", "5.1.1",
        "550 5.1.1 <gone@remote.example>: User unknown Giving up on 198.51.100.9.",
    ),
    "quoted_printable_status": Expected(
        Kind.FAILED, "6b0a000000005eed000055c4", "gone@remote.example", "5.1.1",
        "550 5.1.1 no such user",
    ),
    "sendgrid_expired": Expected(
        Kind.FAILED, "6b0a000000005eed00004439", "ann@slow.example", "",
        "Connection timed out in connect",
    ),
    "sendmail_two_recipients_crlf": Expected(
        Kind.FAILED, "6b0a000000005eed000051de", "gone@remote.example", "5.1.1",
        "550 5.1.1 user unknown",
    ),
    "sendmail_user_unknown": Expected(
        Kind.FAILED, "6b0a000000005eed00004df8", "gone@remote.example", "5.1.1",
        "550 5.1.1 <gone@remote.example>... User unknown",
    ),
    "sendmail_warning": Expected(
        Kind.DELAYED, "6b0a000000005eed00004feb", "ann@slow.example", "4.4.2",
        "451 4.4.2 connection dropped",
    ),
    "ses_bounces_address_alone": Expected(
        Kind.FAILED, "6b0a000000005eed00004053", "gone@remote.example", "5.1.1",
        "550 5.1.1 user unknown",
    ),
    "ses_suppressed": Expected(
        Kind.FAILED, "6b0a000000005eed00004246", "gone@remote.example", "5.1.1",
        "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an "
        "invalid address.",
    ),
    "without_a_message_id": Expected(
        Kind.FAILED, "6b0a000000005eed000057b7", "gone@remote.example", "5.1.1",
        "5.1.1",
    ),
    "yahoo_old_text": Expected(
        Kind.FAILED, "6b0a000000005eed00005f83", "gone@yahoo.example", "",
        "This user doesn't have a yahoo.example account (gone@yahoo.example) [0]",
    ),
}  # fmt: skip
_NO_REPORTS = (
    "abuse_report",
    "answer_that_quotes_a_bounce",
    "answer_with_a_bounce_as_a_message",
    "answer_with_a_bounce_attached",
    "autoreply_exchange",
    "autoreply_german",
    "autoreply_no_longer_here",
    "autoreply_of_a_machine",
    "autoreply_out_of_office",
    "autoreply_vacation_sieve",
    "challenge_of_a_person_address",
    "challenge_response",
    "deleted_unread",
    "delivered_says_a_machine",
    "exim_relayed",
    "m365_relayed",
    "newsletter",
    "postfix_delivered",
    "postfix_expanded",
    "postfix_success",
    "postfix_transcript_to_the_postmaster",
    "read_receipt",
)


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

"""What an account logs in with is said to end 30 days before it does, and after it has."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.cli.sending_words import standing
from server.contract import SendingState, SendingStatus
from server.oauth.endings import ending_warnings, keep_telling
from server.oauth_clients import Ending, EndingKind
from server.settings import load_settings
from server.smtp_accounts import SmtpAccount

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def account(kind: EndingKind, at: datetime) -> SmtpAccount:
    (found,) = load_settings({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "a@b.example"}).smtp_accounts
    return replace(found, server=replace(found.server, ending=Ending(kind, at, "SMTP_OAUTH_X")))


@pytest.mark.parametrize(
    ("kind", "left", "said"),
    [
        (EndingKind.SECRET, timedelta(days=30, hours=1), None),
        (EndingKind.SECRET, timedelta(days=30), "The client secret of mail.example:587 ends in 30 days."),
        (EndingKind.SECRET, timedelta(days=1, hours=23), "ends in 1 day."),
        (EndingKind.SECRET, timedelta(hours=5, minutes=59), "ends in 5 hours."),
        (EndingKind.SECRET, timedelta(seconds=1), "ends in 1 hour."),
        (EndingKind.SECRET, timedelta(), "The client secret of mail.example:587 has ended."),
        (EndingKind.CERTIFICATE, timedelta(days=7), "The certificate of mail.example:587 ends in 7 days. Upload a new"),
        (EndingKind.CERTIFICATE, timedelta(days=-400), "The certificate of mail.example:587 has ended. Upload a new"),
    ],
)
def test_it_is_said_in_time(kind: EndingKind, left: timedelta, said: str | None) -> None:
    warnings = [each.english for each in ending_warnings([account(kind, NOW + left)], NOW)]
    assert len(warnings) == (said is not None)
    if said is not None:
        assert said in warnings[0]
        assert warnings[0].endswith("set SMTP_OAUTH_X.")


def test_what_does_not_end_is_not_spoken_of() -> None:
    endless = account(EndingKind.SECRET, NOW)
    assert not list(ending_warnings([replace(endless, server=replace(endless.server, ending=None))], NOW))


async def test_the_log_says_it_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    telling = asyncio.create_task(keep_telling([account(EndingKind.SECRET, datetime.now(UTC))]))
    await asyncio.sleep(0)
    telling.cancel()
    assert "The client secret of mail.example:587 has ended." in capsys.readouterr().out


@pytest.mark.parametrize("state", [SendingState.IDLE, SendingState.BLOCKED])
def test_a_terminal_is_told_last(state: SendingState) -> None:
    status = SendingStatus(
        state=state,
        message="",
        next_at=None,
        next_count=None,
        finished_at=None,
        basis=None,
        accounts=(),
        warnings=tuple(ending_warnings([account(EndingKind.SECRET, NOW)], NOW)),
    )
    assert list(standing(status, NOW))[1:] == [
        "The client secret of mail.example:587 has ended. Make a new one at the provider, and set SMTP_OAUTH_X."
    ]

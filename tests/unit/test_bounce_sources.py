"""The mailbox of bounces as a setting names it."""

from __future__ import annotations

import pytest

from server.bounce_sources import DEFAULT_FOLDER, check_folder, parse_mailbox
from server.oauth_clients import OAuthClient, Provider
from server.smtp_accounts import SmtpSecurity

_CLIENTS = {
    group: OAuthClient(group, Provider.MICROSOFT, "https://login.example/token", "scope") for group in ("", "ms1")
}


@pytest.mark.parametrize(
    ("url", "security", "port", "user", "inbox"),
    [
        ("imaps://desk:open@mail.example", SmtpSecurity.TLS, 993, "desk", "INBOX"),
        ("imap://desk:open@mail.example/", SmtpSecurity.STARTTLS, 143, "desk", "INBOX"),
        ("imap+plain://desk:open@mail.example:1143/INBOX/", SmtpSecurity.NONE, 1143, "desk", "INBOX"),
        (
            "imaps://desk%40x.example:open@mail.example/Shared/Zur%C3%BCck",
            SmtpSecurity.TLS,
            993,
            "desk@x.example",
            "Shared/Zurück",
        ),
    ],
)
def test_it_is_read_as_it_is_meant(url: str, security: SmtpSecurity, port: int, user: str, inbox: str) -> None:
    mailbox = parse_mailbox(url)
    assert (mailbox.security, mailbox.port, mailbox.username, mailbox.inbox) == (security, port, user, inbox)
    assert mailbox.password is not None
    assert mailbox.password.get_secret_value() == "open"
    assert mailbox.folder == DEFAULT_FOLDER
    assert "open" not in mailbox.name + repr(mailbox)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("smtp://desk:hunter2@mail.example", "must start with imaps://"),
        ("imaps://mail.example/INBOX", "needs a user and a password"),
        ("imaps://desk@mail.example/INBOX", "needs a user and a password"),
        ("imaps://desk:hun/ter2@mail.example", "write %2F"),
        ("imaps://desk:hun#ter2@mail.example", "write %2F"),
        ("imaps://desk:hunter2@mail.example:port", "no usable host or port"),
        ("imaps://desk:hunter2@mail.example:0", "no usable host or port"),
        ("imaps://desk:hunter2@/INBOX", "no usable host or port"),
        ("imaps://desk:hunter2@mail.example/INBOX?idle=no", "has no meaning"),
        ("imaps://desk@mail.example/INBOX?oauth=ms1", "set SMTP_OAUTH_MS1"),
    ],
)
def test_what_cannot_be_used_is_explained_without_the_password(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=" ") as caught:
        parse_mailbox(url)
    assert why in str(caught.value), str(caught.value)
    assert "ter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "group"),
    [
        ("imaps://desk%40x.example@mail.example/INBOX", ""),
        ("imap://desk%40x.example@mail.example/INBOX?oauth=ms1", "ms1"),
    ],
)
def test_without_a_password_it_logs_in_with_access_tokens(url: str, group: str) -> None:
    assert parse_mailbox(url, clients=_CLIENTS).oauth == _CLIENTS[group]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imap+plain://desk@mail.example/INBOX", "without encryption"),
        ("imaps://desk:hunter2@mail.example/INBOX?oauth=ms1", "leave the password out"),
    ],
)
def test_access_tokens_are_not_sent_in_the_clear_nor_beside_a_password(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_mailbox(url, clients=_CLIENTS)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "inbox", "x" * 201])
def test_a_folder_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"must be|is the folder"):
        check_folder(name)

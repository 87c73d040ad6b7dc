"""As which client an account gets access tokens: what is taken, and how a wrong setting is explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.oauth_clients import EndingKind, Provider
from server.settings import SettingsError, environment_without_secrets, load_settings
from tests.integration.oauth.conftest import certificate, service_account

_FROM = {"MAIL_FROM": "welcome@firm.example"}
_MAILBOX = "smtp://welcome%40firm.example@smtp.office365.com"
_MICROSOFT = {
    "SMTP_OAUTH": "microsoft",
    "SMTP_OAUTH_TENANT": "firm.example",
    "SMTP_OAUTH_CLIENT_ID": "app",
    "SMTP_OAUTH_CLIENT_SECRET": "hunter2~",
}
_GENERIC = {
    "SMTP_OAUTH": "generic",
    "SMTP_OAUTH_TOKEN_URL": "https://login.firm.example/token",
    "SMTP_OAUTH_CLIENT_ID": "app",
    "SMTP_OAUTH_REFRESH_TOKEN": "hunter2~",
}


def group(name: str, settings: dict[str, str]) -> dict[str, str]:
    """The same settings for a group of that name."""
    return {key.replace("SMTP_OAUTH", f"SMTP_OAUTH_{name}"): value for key, value in settings.items()}


def refusal(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(_FROM | environ)
    assert "hunter2" not in str(caught.value)
    return caught.value.lines


def test_a_mailbox_without_a_password_logs_in_by_the_one_client_there_is() -> None:
    settings = load_settings(_FROM | _MICROSOFT | {"SMTP_URL": f"{_MAILBOX} smtp://u:p@other.example"})
    first, second = settings.smtp_accounts
    assert (first.server.username, first.server.password) == ("welcome@firm.example", None)
    assert first.server.oauth is not None
    assert first.server.oauth.token_url == "https://login.microsoftonline.com/firm.example/oauth2/v2.0/token"
    assert first.server.oauth.scope == "https://outlook.office365.com/.default"
    assert second.server.oauth is None
    assert "hunter2~" in set(settings.secrets)
    assert "hunter2" not in f"{settings!r} {settings.smtp_accounts!r}"


def test_several_accounts_name_their_clients() -> None:
    urls = f"{_MAILBOX}?oauth=ms1&weight=3 smtps://b%40c.example@mail.c.example?oauth=c"
    environ = group("MS1", _MICROSOFT) | group("C", _GENERIC) | {"SMTP_URL": urls}
    first, second = load_settings(_FROM | environ).smtp_accounts
    assert first.server.oauth is not None
    assert second.server.oauth is not None
    assert (first.weight, first.server.oauth.provider) == (3, Provider.MICROSOFT)
    assert second.server.oauth.token_url == "https://login.firm.example/token"


def test_an_account_in_parts_needs_no_password_either() -> None:
    environ = {"SMTP_HOST": "smtp.office365.com", "SMTP_USERNAME": "welcome@firm.example"}
    (account,) = load_settings(_FROM | _MICROSOFT | environ).smtp_accounts
    assert account.server.oauth is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SMTP_OAUTH_CLIENT_SECRET", "hunter2~"),
        ("SMTP_OAUTH_CERTIFICATE", certificate()),
        ("SMTP_OAUTH_MS1_CLIENT_SECRET", "hunter2~"),
    ],
)
@pytest.mark.parametrize("way", ["file", "credential"])
def test_a_secret_may_come_from_a_file_or_from_systemd(name: str, content: str, way: str, tmp_path: Path) -> None:
    settings = {key: value for key, value in _MICROSOFT.items() if key != "SMTP_OAUTH_CLIENT_SECRET"}
    is_named = "MS1" in name
    settings = group("MS1", settings) if is_named else settings
    settings["SMTP_URL"] = f"{_MAILBOX}?oauth=ms1" if is_named else _MAILBOX
    (tmp_path / name.lower().replace("_", "-")).write_text(f"{content}\n")
    if way == "file":
        settings[f"{name}_FILE"] = str(tmp_path / name.lower().replace("_", "-"))
    else:
        settings["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    assert content.strip() in set(load_settings(_FROM | settings).secrets)


def test_it_is_known_when_a_secret_or_a_certificate_ends() -> None:
    ending = load_settings(
        _FROM | _MICROSOFT | {"SMTP_OAUTH_SECRET_ENDS": "2027-05-31", "SMTP_URL": _MAILBOX}
    ).oauth[""].ending  # fmt: skip
    assert ending is not None
    assert (ending.kind, ending.at) == (EndingKind.SECRET, datetime(2027, 5, 31, tzinfo=UTC))
    by_certificate = {key: value for key, value in _MICROSOFT.items() if "SECRET" not in key}
    by_certificate |= {"SMTP_OAUTH_CERTIFICATE": certificate(timedelta(days=20)), "SMTP_URL": _MAILBOX}
    ending = load_settings(_FROM | by_certificate).oauth[""].ending
    assert ending is not None
    assert ending.kind is EndingKind.CERTIFICATE
    assert timedelta(days=19) < ending.at - datetime.now(UTC) < timedelta(days=21)


def test_programs_that_are_started_get_none_of_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_OAUTH_MS1_CLIENT_SECRET", "hunter2~")
    monkeypatch.setenv("SMTP_OAUTH_REFRESH_TOKEN", "hunter2~")
    monkeypatch.setenv("SMTP_OAUTH_TENANT", "firm.example")
    left = environment_without_secrets()
    assert "hunter2~" not in left.values()
    assert left["SMTP_OAUTH_TENANT"] == "firm.example"


def test_they_may_stand_in_the_file_of_settings(tmp_path: Path) -> None:
    (tmp_path / "desk.conf").write_text("\n".join(f"{name}={value}" for name, value in group("A", _GENERIC).items()))
    environ = {"ACTIVATION_CONFIG": str(tmp_path / "desk.conf"), "SMTP_URL": f"{_MAILBOX}?oauth=a"}
    assert load_settings(_FROM | environ).oauth.keys() == {"a"}


_SECRET_LESS = {key: value for key, value in _MICROSOFT.items() if "SECRET" not in key}


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"SMTP_URL": _MAILBOX}, "has a user without a password"),
        ({"SMTP_URL": f"{_MAILBOX}?oauth=ms1"}, "a group of settings that is not there; set SMTP_OAUTH_MS1 and"),
        ({"SMTP_URL": f"{_MAILBOX}?oauth=client"}, "no name of a group of settings"),
        (_MICROSOFT | {"SMTP_URL": f"{_MAILBOX}?oauth=ms1"}, "a group of settings that is not there"),
        (_MICROSOFT | {"SMTP_URL": _MAILBOX.replace("smtp:", "smtp+plain:")}, "without encryption"),
        (_MICROSOFT | {"SMTP_URL": "smtp://u:hunter2@h"}, "SMTP_OAUTH: no mail account logs in by it"),
        (group("A", _MICROSOFT) | {"SMTP_URL": "smtp://u:hunter2@h?oauth=a"}, "leave the password out"),
        (group("A", _MICROSOFT) | {"SMTP_URL": "smtp://h?oauth=a"}, "needs the mailbox as its user"),
        (
            group("A", _MICROSOFT) | group("B", _GENERIC) | {"SMTP_URL": f"{_MAILBOX}?oauth=a"},
            "SMTP_OAUTH_B: no mail account logs in by it",
        ),
        (_MICROSOFT, "SMTP_OAUTH: no mail account logs in by it"),
        (
            _MICROSOFT | {"SMTP_HOST": "h", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "hunter2"},
            "SMTP_PASSWORD: is set beside SMTP_OAUTH",
        ),
        (_MICROSOFT | {"SMTP_HOST": "h", "SMTP_USERNAME": "u", "SMTP_SECURITY": "none"}, "without encryption"),
        ({"SMTP_OAUTH": "yahoo", "SMTP_URL": _MAILBOX}, "SMTP_OAUTH='yahoo': is none of microsoft, google, generic"),
        ({"SMTP_OAUTH_TENANT": "x"}, "SMTP_OAUTH_TENANT: is set without SMTP_OAUTH"),
        (_SECRET_LESS | {"SMTP_URL": _MAILBOX}, "SMTP_OAUTH_CLIENT_SECRET: is missing for microsoft"),
        (
            _MICROSOFT | {"SMTP_OAUTH_CERTIFICATE": "x", "SMTP_URL": _MAILBOX},
            "SMTP_OAUTH_CLIENT_SECRET: has no meaning for microsoft beside SMTP_OAUTH_CERTIFICATE",
        ),
        (_SECRET_LESS | {"SMTP_OAUTH_CERTIFICATE": "x", "SMTP_URL": _MAILBOX}, "is not a certificate with its RSA key"),
        (_MICROSOFT | {"SMTP_OAUTH_TENANT": "a/../b", "SMTP_URL": _MAILBOX}, "SMTP_OAUTH_TENANT: is no id or domain"),
        (_MICROSOFT | {"SMTP_OAUTH_SECRET_ENDS": "soon", "SMTP_URL": _MAILBOX}, "SMTP_OAUTH_SECRET_ENDS='soon': is no"),
        ({"SMTP_OAUTH": "google", "SMTP_URL": _MAILBOX}, "SMTP_OAUTH_REFRESH_TOKEN: is missing for google"),
        (
            {"SMTP_OAUTH": "google", "SMTP_OAUTH_SERVICE_ACCOUNT": '{"client_email": "hunter2"}', "SMTP_URL": _MAILBOX},
            "SMTP_OAUTH_SERVICE_ACCOUNT: is not the key of a service account",
        ),
        (
            {"SMTP_OAUTH": "google", "SMTP_OAUTH_SERVICE_ACCOUNT": "[]", "SMTP_URL": _MAILBOX},
            "SMTP_OAUTH_SERVICE_ACCOUNT: is not the key of a service account",
        ),
        ({"SMTP_OAUTH": "generic", "SMTP_URL": _MAILBOX}, "SMTP_OAUTH_TOKEN_URL: is missing for generic"),
        (
            _GENERIC | {"SMTP_OAUTH_TOKEN_URL": "http://login.firm.example", "SMTP_URL": _MAILBOX},
            "must be a web address that starts with https://",
        ),
    ],
)
def test_what_cannot_work_is_named_alone_and_without_a_secret(environ: dict[str, str], reason: str) -> None:
    lines = refusal(environ)
    assert reason in "\n".join(lines)
    assert all(". Fix: " in line for line in lines)
    if not reason.startswith("SMTP_OAUTH_TOKEN_URL: is missing"):
        assert len({line.partition(":")[0] for line in lines}) <= 3


def test_google_takes_either_of_its_two_ways() -> None:
    for more in (
        {"SMTP_OAUTH_SERVICE_ACCOUNT": service_account()},
        {"SMTP_OAUTH_CLIENT_ID": "a", "SMTP_OAUTH_CLIENT_SECRET": "b", "SMTP_OAUTH_REFRESH_TOKEN": "c"},
    ):
        oauth = load_settings(_FROM | {"SMTP_OAUTH": "google", "SMTP_URL": _MAILBOX} | more).oauth[""]
        assert (oauth.token_url, oauth.scope) == ("https://oauth2.googleapis.com/token", "https://mail.google.com/")

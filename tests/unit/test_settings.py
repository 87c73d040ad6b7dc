"""Settings: what is taken, and how a wrong one is explained."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.settings import (
    SECRETS,
    PasswordHash,
    Settings,
    SettingsError,
    load_settings,
)
from server.smtp_accounts import SmtpSecurity, parse_smtp_url

_NAMES = sorted(str(field.alias) for field in Settings.model_fields.values())
_FROM = {"MAIL_FROM": "Example Ltd <welcome@example.com>"}

#: One wrong value for each setting that can be wrong by itself.
_WRONG = {
    "MONGODB_URI": "http://u:hunter2@host",
    "MONGODB_DATABASE": "a/b",
    "ACTIVATION_PORT": "65536",
    "FRONTEND_URL": "localhost:3000",
    "ACTIVATION_PROXIES": "proxy.example",
    "ACTIVATION_TOKEN_LIFETIME": "1",
    "ACTIVATION_STOP_TIMEOUT": "-1",
    "SMTP_PORT": "smtp",
    "SMTP_SECURITY": "ssl",
    "SMTP_TIMEOUT": "0",
    "BOUNCES_URL": "imaps://bounces@mail.example.com/INBOX",
    "BOUNCES_FOLDER": "inbox",
    "BOUNCES_SES_TOPIC": "bounces",
    "BOUNCES_SENDGRID_KEY": "key",
    "BOUNCES_MAILGUN_KEY": "hunter2",
    "MAIL_FROM": "nobody",
    "LOGIN_URL": "ftp://app.example.com",
    "PASSWORD_HASH": "md5",
    "QUEUE_BATCH_SIZE": "0",
    "QUEUE_INTERVAL": "soon",
    "QUEUE_CONNECTIONS": "101",
    "QUEUE_MAX_ATTEMPTS": "0",
    "QUEUE_LEASE": "0.5",
}


def refusal(environ: dict[str, str]) -> list[str]:
    """The lines that refuse these settings."""
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value.lines


def test_without_any_setting_it_runs_on_this_machine_alone_and_keeps_the_mail() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 4000)
    assert (settings.queue_batch_size, settings.interval) == (50, timedelta(seconds=30))
    assert settings.origins == ["http://localhost:3000"]
    assert settings.password_hash is PasswordHash.ARGON2ID
    assert settings.mongodb_uri is None
    assert settings.smtp_accounts == ()


@pytest.mark.parametrize(("name", "value"), _WRONG.items())
def test_a_wrong_value_is_named_with_its_value_and_a_reason(name: str, value: str) -> None:
    (line,) = refusal({name: value})
    shown = "(hidden)" if name in SECRETS else repr(value)
    assert line.startswith(f"{name}={shown}: ")
    assert len(line) > len(f"{name}={shown}: ")


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("ACTIVATION_PORT", "ACTIVATION_PORT=4000"),
        ("FRONTEND_URL", "FRONTEND_URL=http://localhost:3000"),
        ("SMTP_SECURITY", "SMTP_SECURITY=starttls, tls or none"),
        ("MAIL_FROM", "MAIL_FROM=Example Ltd <welcome@example.com>"),
        ("QUEUE_BATCH_SIZE", "QUEUE_BATCH_SIZE=50"),
        ("MONGODB_URI", "MONGODB_URI=mongodb://"),
    ],
)
def test_a_wrong_value_comes_with_its_fix(name: str, fix: str) -> None:
    (line,) = refusal({name: _WRONG[name]})
    assert f". Fix: {fix}" in line


def test_all_wrong_values_are_named_at_once() -> None:
    assert {line.partition("=")[0] for line in refusal(_WRONG)} == set(_WRONG)


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert load_settings({"ACTIVATION_PORT": "", "SMTP_URL": ""}).port == 4000


def test_the_command_line_wins_over_the_environment() -> None:
    assert load_settings({"ACTIVATION_PORT": "1"}, ACTIVATION_PORT=2, ACTIVATION_HOST=None).port == 2


# --- Secrets ---


@pytest.mark.parametrize(
    "environ",
    [
        {"MONGODB_URI": "postgres://u:hunter2@host"},
        {"SMTP_URL": "ftp://u:hunter2@host"} | _FROM,
        {"SMTP_URL": "smtp://u:hunter2@host:port"} | _FROM,
        {"SMTP_URL": "smtp://u:hunter2@[host"} | _FROM,
        {"SMTP_URL": "smtp://:hunter2@"} | _FROM,
        {"SMTP_URL": "smtp://u:hunter2@host", "SMTP_HOST": "host"} | _FROM,
        {"SMTP_URL": "smtp://u:hunter2@host"},
        {"SMTP_PASSWORD": "hunter2"},
        {"SMTP_HOST": "host", "SMTP_PASSWORD": "hunter2"} | _FROM,
    ],
)
def test_a_refusal_never_shows_a_secret(environ: dict[str, str]) -> None:
    lines = refusal(environ)
    assert lines
    assert "hunter2" not in "\n".join(lines)


def test_settings_can_be_shown_without_their_secrets() -> None:
    settings = load_settings(
        {
            "MONGODB_URI": "mongodb://u:hunter2@host",
            "SMTP_URL": "smtp://u:hunter2@host",
            "ACTIVATION_MASTER_KEY": "hunter2",
        }
        | _FROM
    )
    assert "hunter2" not in f"{settings!r} {settings} {settings.smtp_accounts!r}"


def secret_settings(name: str) -> tuple[str, dict[str, str]]:
    """A value for that secret, and what goes with it."""
    urls = {"MONGODB_URI": "mongodb://h", "SMTP_URL": "smtps://u:p@h", "BOUNCES_URL": "imaps://u:p@h"}
    value = urls.get(name, "a word of some length")
    beside = {
        "SMTP_PASSWORD": {"SMTP_HOST": "h", "SMTP_USERNAME": "u"},
        "ACTIVATION_MASTER_KEY_PREVIOUS": {"ACTIVATION_MASTER_KEY": "w"},
    }.get(name, {})
    return value, beside | _FROM


def secret_of(settings: Settings, name: str) -> str | None:
    """What is held of that secret."""
    held = {str(field.alias): getattr(settings, attribute) for attribute, field in Settings.model_fields.items()}
    return None if held[name] is None else str(held[name].get_secret_value())


@pytest.mark.parametrize("name", _NAMES)
def test_no_setting_is_left_out_without_a_word(name: str) -> None:
    refused, taken = "", set[str]()
    try:
        settings = load_settings({name: "~"} | (_FROM if name != "MAIL_FROM" else {}))
        taken = {str(Settings.model_fields[each].alias) for each in settings.model_fields_set}
    except SettingsError as error:
        refused = str(error)
    assert name in taken or name in refused


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    value, beside = secret_settings(name)
    (tmp_path / "secret").write_text(f"{value}\n")
    assert secret_of(load_settings({f"{name}_FILE": str(tmp_path / "secret")} | beside), name) == value


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_may_come_from_systemd(name: str, tmp_path: Path) -> None:
    value, beside = secret_settings(name)
    (tmp_path / name.lower().replace("_", "-")).write_text(f"{value}\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)} | beside
    assert secret_of(load_settings(environ), name) == value
    (tmp_path / "elsewhere").write_text("smtps://other:other@h" if name == "SMTP_URL" else f"{value}2\n")
    chosen = secret_of(load_settings(environ | {f"{name}_FILE": str(tmp_path / "elsewhere")}), name)
    assert chosen not in (None, value), "what is named in so many words wins"


def test_a_directory_of_credentials_need_not_hold_any(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        assert load_settings({"CREDENTIALS_DIRECTORY": str(directory)}).mongodb_uri is None


def test_a_credential_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "mongodb-uri").mkdir()
    (line,) = refusal({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert line.startswith(f"MONGODB_URI_FILE={tmp_path / 'mongodb-uri'}: cannot be read")


def test_a_secret_beside_its_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mongodb://other")
    (line,) = refusal({"MONGODB_URI": "mongodb://u:hunter2@h", "MONGODB_URI_FILE": str(tmp_path / "secret")})
    assert line == "MONGODB_URI_FILE: is set beside MONGODB_URI. Fix: keep one of the two"


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    (line,) = refusal({"ACTIVATION_MASTER_KEY_FILE": str(missing)})
    assert line.startswith(f"ACTIVATION_MASTER_KEY_FILE={missing}: cannot be read")
    assert "Fix: name a file this service may read" in line


# --- The file of settings ---


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    config = tmp_path / "desk.env"
    config.write_text('# the desk\n\nQUEUE_BATCH_SIZE = 7\nMAIL_FROM="Ann <ann@example.com>"\nQUEUE_LEASE=9\n')
    settings = load_settings({"ACTIVATION_CONFIG": str(config), "QUEUE_LEASE": "5"})
    assert (settings.queue_batch_size, settings.mail_from, settings.queue_lease) == (7, "Ann <ann@example.com>", 5)


def test_what_is_no_setting_is_named_with_its_line_beside_the_other_mistakes(tmp_path: Path) -> None:
    config = tmp_path / "desk.env"
    config.write_text("# the desk\nQUEUE_SIZE=7\nSMTP_PASSWRD=hunter2\nQUEUE_LEASE=never\n")
    lines = refusal({"ACTIVATION_CONFIG": str(config), "ACTIVATION_PORT": "no"})
    assert lines[0].startswith(f"{config}, line 2: 'QUEUE_SIZE' is not a setting. Fix: ")
    assert lines[1].startswith(f"{config}, line 3: 'SMTP_PASSWRD' is not a setting. Fix: ")
    assert {line.partition("=")[0] for line in lines[2:]} == {"QUEUE_LEASE", "ACTIVATION_PORT"}
    assert "hunter2" not in "\n".join(lines)


@pytest.mark.parametrize("content", [None, b"MAIL_FROM=caf\xe9"])
def test_an_unreadable_file_of_settings_is_named(content: bytes | None, tmp_path: Path) -> None:
    config = tmp_path / "desk.env"
    if content is not None:
        config.write_bytes(content)
    (line,) = refusal({"ACTIVATION_CONFIG": str(config)})
    assert line.startswith(f"ACTIVATION_CONFIG={config}: cannot be read")


# --- The mail server ---


def test_a_mail_server_wants_a_sender() -> None:
    for environ in ({"SMTP_HOST": "mail.example.com"}, {"SMTP_URL": "smtps://mail.example.com"}):
        (line,) = refusal(environ)
        assert line.startswith("MAIL_FROM: is missing")
        assert "Fix: set MAIL_FROM=" in line


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "name"),
    [
        ("smtp://mail.example.com", "mail.example.com", 587, SmtpSecurity.STARTTLS, "mail.example.com:587"),
        ("smtps://mail.example.com", "mail.example.com", 465, SmtpSecurity.TLS, "mail.example.com:465"),
        ("smtp+plain://127.0.0.1", "127.0.0.1", 25, SmtpSecurity.NONE, "127.0.0.1:25"),
        ("smtps://[::1]:2525", "::1", 2525, SmtpSecurity.TLS, "::1:2525"),
        ("smtp://a%40b.c:p%3A%2F@h:26", "h", 26, SmtpSecurity.STARTTLS, "a@b.c@h:26"),
    ],
)
def test_the_address_of_the_mail_server_is_understood(
    url: str, host: str, port: int, security: SmtpSecurity, name: str
) -> None:
    server = parse_smtp_url(url)
    assert (server.host, server.port, server.security, server.name) == (host, port, security, name)


def test_user_and_password_of_the_mail_server_are_decoded() -> None:
    server = parse_smtp_url("smtp://a%40b.c:p%3A%2F%25@h")
    assert server.password is not None
    assert (server.username, server.password.get_secret_value()) == ("a@b.c", "p:/%")


@pytest.mark.parametrize(
    ("environ", "port", "security"),
    [
        ({}, 587, SmtpSecurity.STARTTLS),
        ({"SMTP_PORT": "465"}, 465, SmtpSecurity.TLS),
        ({"SMTP_SECURITY": "none"}, 25, SmtpSecurity.NONE),
        ({"SMTP_SECURITY": "starttls", "SMTP_PORT": "465"}, 465, SmtpSecurity.STARTTLS),
    ],
)
def test_port_and_protection_of_the_mail_server_go_together(
    environ: dict[str, str], port: int, security: SmtpSecurity
) -> None:
    server = load_settings({"SMTP_HOST": "h"} | environ | _FROM).smtp_accounts[0].server
    assert server is not None
    assert (server.port, server.security) == (port, security)


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"SMTP_URL": "smtp://h", "SMTP_HOST": "h"}, "SMTP_HOST: is set beside SMTP_URL"),
        ({"SMTP_PORT": "25"}, "SMTP_PORT: is set without a mail server"),
        ({"SMTP_HOST": "h", "SMTP_USERNAME": "u"}, "SMTP_USERNAME: goes with SMTP_PASSWORD"),
        ({"SMTP_URL": "imap://h"}, "SMTP_URL=(hidden): must start with smtp://"),
        ({"SMTP_URL": "smtp://u@h"}, "SMTP_URL=(hidden): has a user without a password"),
        ({"SMTP_URL": "smtp://h:99999"}, "SMTP_URL=(hidden): has no usable host or port"),
        ({"SMTP_URL": "smtp://h:0"}, "SMTP_URL=(hidden): has the port 0"),
        ({"SMTP_URL": "smtp://u:@h"}, "SMTP_URL=(hidden): has a user without a password"),
        ({"SMTP_URL": "smtp:///x"}, "SMTP_URL=(hidden): has no host"),
    ],
)
def test_settings_that_do_not_go_together_are_named(environ: dict[str, str], reason: str) -> None:
    (line,) = refusal(environ | _FROM)
    assert line.startswith(reason)


# --- Whatever stands there ---

_garbage = st.text(st.characters(exclude_characters="\0"), max_size=30)
_nearly = st.sampled_from(
    [
        "1",
        "-1",
        "1e999",
        "nan",
        "inf",
        "０",
        "http://[",
        "http://h:x",
        "smtp://[",
        "smtp://u:p@h",
        "a@b.example",
        "<@>",
        "=?q?",
        "mongodb://",
    ]
)


@given(st.dictionaries(st.sampled_from(_NAMES), _garbage | _nearly | st.builds("{}{}".format, _nearly, _garbage)))
def test_whatever_stands_there_it_is_taken_or_refused_line_by_line(environ: dict[str, str]) -> None:
    refused: list[str] = []
    try:
        settings = load_settings(environ)
        assert 1 <= settings.queue_batch_size <= 10_000
        assert settings.interval > timedelta(0)
    except SettingsError as error:
        refused = error.lines
        assert refused
    named = [line.replace(":", "=").partition("=")[0] for line in refused]
    assert set(named) <= set(_NAMES)
    assert len(named) == len(set(named))
    assert all(len(line.splitlines()) == 1 for line in refused)


def test_mistakes_of_single_settings_and_of_several_together_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"SMTP_URL": "ftp://u:hunter2@h", "SMTP_PORT": "5", "ACTIVATION_PORT": "x"})
    names = sorted(line.replace("=", ":").partition(":")[0] for line in refusal.value.lines)
    assert names == ["ACTIVATION_PORT", "MAIL_FROM", "SMTP_PORT", "SMTP_URL"]


@pytest.mark.parametrize("line", ["SMTP_PASSWORD hunter2", "SMTP_PASSWORD: hunter2=x", "hunter2"])
def test_a_line_that_is_no_setting_is_not_repeated_as_it_may_hold_a_secret(tmp_path: Path, line: str) -> None:
    path = tmp_path / "settings"
    path.write_text(f"# secrets\n{line}\n")
    with pytest.raises(SettingsError) as refusal:
        load_settings({"ACTIVATION_CONFIG": str(path)})
    assert len(refusal.value.lines) == 1
    assert "line 2" in refusal.value.lines[0]
    assert "hunter2" not in refusal.value.lines[0]


def test_a_file_of_settings_may_name_files_of_secrets_and_leave_settings_empty(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hunter2\n")
    path = tmp_path / "settings"
    path.write_text(
        f"\ufeffSMTP_HOST=mail.example.com\nSMTP_USERNAME=ann\nSMTP_PASSWORD_FILE={tmp_path / 'password'}\n"
        "MAIL_FROM=a@firm.example\nQUEUE_INTERVAL=\n"
    )
    settings = load_settings({"ACTIVATION_CONFIG": str(path)})
    (account,) = settings.smtp_accounts
    assert account.server.password is not None
    assert account.server.password.get_secret_value() == "hunter2"
    assert settings.queue_interval == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRONTEND_URL", "http://desk.example:abc"),
        ("FRONTEND_URL", "http://desk.example?a=b"),
        ("MAIL_FROM", "a@firm.example, b@firm.example"),
        ("MAIL_FROM", "a@firm.example\nBcc: b@firm.example"),
    ],
)
def test_what_looks_right_at_first_is_refused_all_the_same(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value})


def test_origins_are_compared_as_browsers_write_them() -> None:
    assert load_settings({"FRONTEND_URL": "HTTPS://Desk.Example/"}).origins == ["https://desk.example"]


@pytest.mark.parametrize(("value", "days"), [("0", None), ("86400", 1), ("31536000", 365)])
def test_deliveries_are_kept_as_long_as_wanted_or_for_ever(value: str, days: int | None) -> None:
    kept = load_settings({"DELIVERY_RETENTION": value}).keep_deliveries_for
    assert kept == (None if days is None else timedelta(days=days))


@pytest.mark.parametrize("value", ["1", "86399", "-1", "ever"])
def test_deliveries_are_kept_for_a_day_at_least(value: str) -> None:
    with pytest.raises(SettingsError, match=f"DELIVERY_RETENTION='{value}': .*Fix: DELIVERY_RETENTION=31536000"):
        load_settings({"DELIVERY_RETENTION": value})


def test_a_previous_master_key_goes_with_a_present_one() -> None:
    with pytest.raises(SettingsError, match="is set without ACTIVATION_MASTER_KEY"):
        load_settings({"ACTIVATION_MASTER_KEY_PREVIOUS": "hunter2"})
    both = load_settings({"ACTIVATION_MASTER_KEY": "new", "ACTIVATION_MASTER_KEY_PREVIOUS": "hunter2"})
    assert "hunter2" not in repr(both)


@pytest.mark.parametrize("value", ["0", "-1", "a week"])
def test_how_long_secrets_are_kept_is_checked(value: str) -> None:
    with pytest.raises(SettingsError, match="QUEUE_SECRET_RETENTION"):
        load_settings({"QUEUE_SECRET_RETENTION": value})


@pytest.mark.parametrize("everybody", ["*", "0.0.0.0/0", "10.0.0.5, ::/0", "10.0.0.5/24", "proxy.example"])
def test_who_may_say_for_whom_they_ask_is_never_everybody(everybody: str) -> None:
    (line,) = refusal({"ACTIVATION_PROXIES": everybody})
    assert line.startswith("ACTIVATION_PROXIES=")
    assert "Fix: ACTIVATION_PROXIES=10.0.0.5" in line


def test_proxies_are_addresses_and_networks() -> None:
    assert load_settings({}).proxies == ["127.0.0.1", "::1"]
    assert load_settings({"ACTIVATION_PROXIES": "10.0.0.5, 2001:db8::/32,"}).proxies == ["10.0.0.5", "2001:db8::/32"]

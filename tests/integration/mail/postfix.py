"""A real Postfix with logins, unpacked from Debian's packages and started on loopback.

By itself it judges logins by Cyrus SASL, and throws away what it takes. With a Dovecot it asks that one, and delivers
into its mailboxes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.mail.dovecot import Dovecot
from tests.integration.mail.loopback import PASSWORD, TAKEN, USER, MailServer, free_ports, until_listening
from tests.system.debian import Unpacked, unpacked

#: What those packages need besides the C library, OpenSSL and zlib.
_PACKAGES = (
    "postfix", "libicu72", "libdb5.3", "libsasl2-2", "libnsl2", "libtirpc3", "libsasl2-modules", "libsasl2-modules-db",
    "sasl2-bin",
)  # fmt: skip
#: It belongs to somebody else than :data:`USER`.
OWNED = "hr@sender.example"

Listeners = Mapping[str, Sequence[str]]
#: By name, what a listener has against us; each on a port of its own.
LISTENERS: Listeners = {
    "open": (),
    "owned senders": ("smtpd_sender_restrictions=reject_sender_login_mismatch",),
    "logins only": ("smtpd_recipient_restrictions=permit_sasl_authenticated,reject",),
    "full names": ("smtpd_helo_required=yes", "smtpd_helo_restrictions=reject_non_fqdn_helo_hostname"),
}
#: As providers have it for those who send; each needs a certificate.
SUBMISSION: Listeners = {
    "submission": (
        "smtpd_tls_security_level=encrypt",
        "smtpd_tls_auth_only=yes",
        "smtpd_client_restrictions=permit_sasl_authenticated,reject",
    ),
    "submissions": (
        "smtpd_tls_wrappermode=yes",
        "smtpd_client_restrictions=permit_sasl_authenticated,reject",
    ),
}

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {home}/conf
mail_owner = mail
setgid_group = daemon
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.sender.example
mydestination =
import_environment = LD_LIBRARY_PATH MAIL_CONFIG SASL_PATH
maillog_file = {home}/log
maillog_file_prefixes = {home}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
relay_domains = firm.example
relay_transport = discard:
default_transport = discard:
smtpd_sender_login_maps = inline:{{ hr@sender.example=somebody }}
cyrus_sasl_config_path = {home}/conf/sasl
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = mx.sender.example
smtpd_sasl_security_options = noanonymous
smtpd_client_connection_rate_limit = 0
"""
_SERVICES = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN CRAM-MD5
sasldb_path: {home}/conf/sasl/passwords
"""
_QUEUES = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace",
    "maildrop", "public",
)  # fmt: skip
_WAITING = ("active", "deferred", "incoming", "maildrop")


@dataclass(frozen=True)
class Postfix(MailServer):
    """A running one."""

    home: Path
    _program: Unpacked

    @property
    def log(self) -> str:
        """What it has done."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def submit(self, listener: str, count: int, *, sessions: int, length: int) -> None:
        """So many messages of its own load generator's, in so many sessions at once."""
        address = f"inet:127.0.0.1:{self.ports[listener]}"
        subprocess.run(
            [
                *(self._program.program("usr/sbin/smtp-source"), "-s", str(sessions), "-m", str(count)),
                *("-l", str(length), "-f", "desk@sender.example", "-t", f"ann@{TAKEN}", address),
            ],
            env=_environment(self.home, self._program),
            check=True,
            timeout=600,
        )

    @property
    def is_idle(self) -> bool:
        """Whether nothing lies in its queue."""
        return not any(path.is_file() for name in _WAITING for path in (self.home / "queue" / name).rglob("*"))


@contextmanager
def running_postfix(
    listeners: Listeners = LISTENERS,
    *,
    dovecot: Dovecot | None = None,
    domains: Sequence[str] = (),
    certificate: Path | None = None,
    services: str = "",
    **settings: str,
) -> Iterator[Postfix]:
    """Skips the test where it cannot be had: its master process runs as root only.

    ``domains``: mail for their addresses, bounces too, goes to ``dovecot``. ``certificate``: with key, for listeners
    with TLS. ``services``: more lines of ``master.cf``. ``settings``: more of Postfix's own, for all listeners.
    """
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    postfix = unpacked(*_PACKAGES)
    home = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        ports = dict(zip(listeners, free_ports(len(listeners)), strict=True))
        _set_up(home, postfix)
        _configure(home, postfix, _settings(dovecot, domains, certificate) | settings, ports, listeners)
        with (home / "conf/master.cf").open("a") as master_cf:
            master_cf.write(services)
        environment = _environment(home, postfix)
        master = postfix.program("usr/lib/postfix/sbin/master")
        with (home / "out").open("wb") as out:
            process = subprocess.Popen([master, "-c", str(home / "conf"), "-d"], env=environment, stderr=out)
        try:
            until_listening(process, ports.values(), home / "out")
            yield Postfix(ports, home, postfix)
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _settings(dovecot: Dovecot | None, domains: Sequence[str], certificate: Path | None) -> dict[str, str]:
    settings: dict[str, str] = {}
    if dovecot is not None:
        transports = ", ".join(f"{{ {domain} = lmtp:inet:127.0.0.1:{dovecot.lmtp} }}" for domain in domains)
        settings |= {
            "relay_domains": " ".join((TAKEN, *domains)),
            "transport_maps": f"inline:{{ {transports} }}",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": f"inet:127.0.0.1:{dovecot.sasl}",
        }
    if certificate is not None:
        settings["smtpd_tls_chain_files"] = str(certificate.resolve())
    return settings


def _environment(home: Path, postfix: Unpacked) -> dict[str, str]:
    root = Path(postfix.program("."))
    libraries = [str(root / "usr/lib/postfix"), postfix.environment["LD_LIBRARY_PATH"]]
    (plugins,) = root.glob("usr/lib/*-linux-gnu/sasl2")
    return {
        **os.environ,
        "LD_LIBRARY_PATH": os.pathsep.join(libraries),
        "SASL_PATH": str(plugins),
        "MAIL_CONFIG": str(home / "conf"),
    }


def _set_up(home: Path, postfix: Unpacked) -> None:
    for folder in ("conf/sasl", "data", "queue/pid", *(f"queue/{name}" for name in _QUEUES)):
        (home / folder).mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)  # its processes are of several users
    for folder in ("data", *(f"queue/{name}" for name in _QUEUES)):
        shutil.chown(home / folder, "mail")
    for folder, mode in (("queue/public", 0o710), ("queue/maildrop", 0o730)):
        shutil.chown(home / folder, group="daemon")
        (home / folder).chmod(mode)
    (home / "conf/sasl/smtpd.conf").write_text(_SASL.format(home=home))
    passwords = home / "conf/sasl/passwords"
    subprocess.run(
        [postfix.program("usr/sbin/saslpasswd2"), "-p", "-c", "-f", passwords, "-u", "mx.sender.example", USER],
        input=PASSWORD.encode(),
        env=_environment(home, postfix),
        check=True,
        timeout=20,
    )
    passwords.chmod(0o644)


def _configure(
    home: Path, postfix: Unpacked, settings: Mapping[str, str], ports: Mapping[str, int], listeners: Listeners
) -> None:
    main = _MAIN.format(home=home, root=postfix.program("."))
    main += "".join(f"{name} = {value}\n" for name, value in settings.items())  # the last one holds
    (home / "conf/main.cf").write_text(main)
    (home / "conf/master.cf").write_text(
        "".join(
            f"127.0.0.1:{ports[name]} inet n - n - - smtpd\n" + "".join(f"  -o {{ {option} }}\n" for option in options)
            for name, options in listeners.items()
        )
        + _SERVICES
    )

"""A real Postfix with logins (Cyrus SASL), unpacked from Debian's packages and started on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.smtp_accounts import SmtpSecurity, SmtpServer
from tests.system.debian import Unpacked, unpacked
from tests.waiting import LIMIT

#: What those packages need besides the C library, OpenSSL and zlib.
_PACKAGES = (
    "postfix", "libicu72", "libdb5.3", "libsasl2-2", "libnsl2", "libtirpc3", "libsasl2-modules", "libsasl2-modules-db",
    "sasl2-bin",
)  # fmt: skip
USER = "desk"
PASSWORD = "correct"
#: It belongs to somebody else than :data:`USER`.
OWNED = "hr@sender.example"
#: Mail for it is taken, and thrown away.
TAKEN = "firm.example"

#: By name, what a listener has against us; each on a port of its own.
LISTENERS: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "owned senders": ("smtpd_sender_restrictions=reject_sender_login_mismatch",),
    "logins only": ("smtpd_recipient_restrictions=permit_sasl_authenticated,reject",),
    "full names": ("smtpd_helo_required=yes", "smtpd_helo_restrictions=reject_non_fqdn_helo_hostname"),
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


@dataclass(frozen=True)
class Postfix:
    """A running one."""

    home: Path
    ports: Mapping[str, int]

    @property
    def log(self) -> str:
        """What it has done."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def address(self, listener: str, *, password: str | None = None, hello: str | None = None) -> SmtpServer:
        """How to reach a listener; with a login where a password is given."""
        return SmtpServer(
            "127.0.0.1",
            self.ports[listener],
            SmtpSecurity.NONE,
            username=None if password is None else USER,
            password=None if password is None else SecretStr(password),
            hello=hello,
        )


@contextmanager
def running_postfix() -> Iterator[Postfix]:
    """Skips the test where it cannot be had: its master process runs as root only."""
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    postfix = unpacked(*_PACKAGES)
    home = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        ports = _set_up(home, postfix)
        environment = _environment(home, postfix)
        master = postfix.program("usr/lib/postfix/sbin/master")
        with (home / "out").open("wb") as out:
            process = subprocess.Popen([master, "-c", str(home / "conf"), "-d"], env=environment, stderr=out)
        try:
            _wait_for(ports.values())
            yield Postfix(home, ports)
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


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


def _set_up(home: Path, postfix: Unpacked) -> dict[str, int]:
    root = Path(postfix.program("."))
    for folder in ("conf/sasl", "data", "queue/pid", *(f"queue/{name}" for name in _QUEUES)):
        (home / folder).mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)  # its processes are of several users
    for folder in ("data", *(f"queue/{name}" for name in _QUEUES)):
        shutil.chown(home / folder, "mail")
    for folder, mode in (("queue/public", 0o710), ("queue/maildrop", 0o730)):
        shutil.chown(home / folder, group="daemon")
        (home / folder).chmod(mode)
    ports = dict(zip(LISTENERS, _free_ports(len(LISTENERS)), strict=True))
    listeners = [
        f"127.0.0.1:{ports[name]} inet n - n - - smtpd\n" + "".join(f"  -o {{ {option} }}\n" for option in options)
        for name, options in LISTENERS.items()
    ]
    conf = home / "conf"
    (conf / "main.cf").write_text(_MAIN.format(home=home, root=root))
    (conf / "master.cf").write_text("".join(listeners) + _SERVICES)
    (conf / "sasl/smtpd.conf").write_text(_SASL.format(home=home))
    passwords = conf / "sasl/passwords"
    subprocess.run(
        [postfix.program("usr/sbin/saslpasswd2"), "-p", "-c", "-f", passwords, "-u", "mx.sender.example", USER],
        input=PASSWORD.encode(),
        env=_environment(home, postfix),
        check=True,
        timeout=20,
    )
    passwords.chmod(0o644)
    return ports


def _wait_for(ports: Iterable[int]) -> None:
    """Until all of them are listened on."""
    deadline = time.monotonic() + LIMIT
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "Postfix does not listen"
                time.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()

"""A real Exim, unpacked from Debian's packages and started on loopback, that delivers into a Dovecot's mailboxes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.mail.dovecot import Dovecot
from tests.integration.mail.loopback import PASSWORD, TAKEN, USER, MailServer, free_ports, until_listening
from tests.system.debian import unpacked
from tests.waiting import LIMIT

_PACKAGES = (
    "exim4-daemon-light", "exim4-base", "libc6", "libcom-err2", "libcrypt1", "libdb5.3", "libevent-2.1-7", "libffi8",
    "libgmp10", "libgnutls-dane0", "libgnutls30", "libgssapi-krb5-2", "libhogweed6", "libidn12", "libidn2-0",
    "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0", "libnettle8", "libnsl2", "libp11-kit0",
    "libpcre2-8-0", "libssl3", "libtasn1-6", "libtirpc3", "libunbound8", "libunistring2", "zlib1g",
)  # fmt: skip
#: Over one connection.
MESSAGES = 5
#: Its own router says that their mailboxes are full, after it has taken the email.
FULL = "full"

_USERS = "root:x:0:0::/:/bin/false\nmail:x:8:8::/:/bin/false\nDebian-exim:x:2:2::/:/bin/false\n"
_GROUPS = "root:x:0:\nmail:x:8:\nDebian-exim:x:2:\n"
_SETTINGS = """
primary_hostname = mx.sender.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_certificate = /etc/exim4/certificate
tls_advertise_hosts = ${{if exists{{/etc/exim4/certificate}}{{*}}}}
auth_advertise_hosts = *
dsn_advertise_hosts = *
smtp_accept_max_per_connection = {messages}
smtp_accept_queue_per_connection = 0
keep_environment =
rfc1413_hosts =
host_lookup =
acl_smtp_rcpt = recipient
acl_smtp_data = accept
domainlist taken = {taken}
domainlist kept = {kept}

begin acl
recipient:
  accept authenticated = *
  accept domains = +taken : +kept
  deny message = relay not permitted

begin routers
full:
  driver = redirect
  domains = +kept
  local_parts = {full}
  allow_fail
  data = :fail: 552-5.2.2 The mailbox is full\\n552 5.2.2 and takes nothing more
thrown_away:
  driver = redirect
  domains = +taken
  data = :blackhole:
kept:
  driver = manualroute
  domains = +kept
  transport = mailboxes
  route_list = * 127.0.0.1
  self = send

begin transports
mailboxes:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
  allow_localhost
  hosts_avoid_tls = *

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


@dataclass(frozen=True)
class Exim(MailServer):
    """A running one."""

    root: Path

    @property
    def log(self) -> str:
        """What it has done."""
        return (self.root / "var/log/exim4/mainlog").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_exim(dovecot: Dovecot, *, domains: Sequence[str], certificate: Path | None = None) -> Iterator[Exim]:
    """With one listener, "open". Skips the test where it cannot be had, and for anyone but root.

    ``domains``: mail for their addresses, bounces too, goes to ``dovecot``. ``certificate``: with key, for STARTTLS.
    """
    with unpacked(*_PACKAGES).machine() as root:
        (port,) = free_ports(1)
        settings = root / "etc/exim4"
        settings.mkdir(exist_ok=True)
        (settings / "exim4.conf").write_text(
            _SETTINGS.format(
                port=port,
                messages=MESSAGES,
                taken=TAKEN,
                kept=" : ".join(domains),
                full=FULL,
                lmtp=dovecot.lmtp,
                user=USER,
                password=PASSWORD,
            )
        )
        if certificate is not None:
            shutil.copyfile(certificate, settings / "certificate")
        (root / "etc/passwd").write_text(_USERS)
        (root / "etc/group").write_text(_GROUPS)
        for folder in ("var/spool/exim4", "var/log/exim4"):
            (root / folder).mkdir(parents=True, exist_ok=True)
            shutil.chown(root / folder, 2, 2)
        with (root / "out").open("wb") as out:
            process = subprocess.Popen(
                ["chroot", root, "/usr/sbin/exim4", "-bdf", "-q1h"], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            until_listening(process, [port], root / "out")
            yield Exim({"open": port}, root)
        finally:
            process.terminate()
            process.wait(LIMIT)

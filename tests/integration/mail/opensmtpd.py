"""A real OpenSMTPD, unpacked from Debian's packages and started on loopback, that delivers to a Dovecot."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.mail.dovecot import Dovecot
from tests.integration.mail.loopback import MailServer, free_ports, until_listening
from tests.system.debian import unpacked
from tests.waiting import LIMIT

_PACKAGES = (
    "opensmtpd", "libaudit1", "libc6", "libcap-ng0", "libcrypt1", "libdb5.3", "libevent-2.1-7", "libpam0g", "libssl3",
    "zlib1g",
)  # fmt: skip
#: Over one connection; as it comes, 100.
MESSAGES = 10

_USERS = (
    "root:x:0:0::/:/bin/false\nopensmtpd:x:2:2::/var/lib/opensmtpd/empty:/bin/false\nopensmtpq:x:8:8::/:/bin/false\n"
)
_GROUPS = "root:x:0:\nopensmtpd:x:2:\nopensmtpq:x:8:\n"
_SETTINGS = """
smtp limit max-mails {messages}
listen on 127.0.0.1 port {port} hostname mx.sender.example
action "kept" relay host "lmtp://127.0.0.1:{lmtp}"
{matches}
"""


@dataclass(frozen=True)
class OpenSmtpd(MailServer):
    """A running one."""

    root: Path

    @property
    def log(self) -> str:
        """What it has done."""
        return (self.root / "out").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_opensmtpd(dovecot: Dovecot, *, domains: Sequence[str]) -> Iterator[OpenSmtpd]:
    """With one listener, "open". Skips the test where it cannot be had, and for anyone but root.

    ``domains``: mail for their addresses, bounces too, goes to ``dovecot``.
    """
    with unpacked(*_PACKAGES).machine() as root:
        (port,) = free_ports(1)
        matches = "\n".join(f'match from any for domain "{domain}" action "kept"' for domain in domains)
        settings = root / "etc/smtpd.conf"
        settings.unlink()  # a link to what is shared
        settings.write_text(_SETTINGS.format(messages=MESSAGES, port=port, lmtp=dovecot.lmtp, matches=matches))
        (root / "etc/passwd").write_text(_USERS)
        (root / "etc/group").write_text(_GROUPS)
        (root / "etc/resolv.conf").write_text("lookup file\n")
        (root / "var/spool/smtpd").mkdir(parents=True, exist_ok=True)
        (root / "var/spool/smtpd").chmod(0o711)
        (root / "var/lib/opensmtpd/empty").mkdir(parents=True, exist_ok=True)
        with (root / "out").open("wb") as out:
            process = subprocess.Popen(
                ["chroot", root, "/usr/sbin/smtpd", "-d"], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            until_listening(process, [port], root / "out")
            yield OpenSmtpd({"open": port}, root)
        finally:
            process.terminate()
            process.wait(LIMIT)

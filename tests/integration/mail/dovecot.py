"""A real Dovecot, unpacked from Debian's packages and started on loopback: mailboxes, and logins for other servers.

It speaks IMAP (with STARTTLS), IMAPS, LMTP to put emails into mailboxes, and SASL, by which a Postfix lets it judge
logins. Mailboxes are those of :meth:`Dovecot.add` only; to LMTP everybody else is unknown::

    with running_dovecot(certificate=authority.server_file()) as dovecot:
        dovecot.add("bounces@sender.example")
        ...  # lmtp:inet:127.0.0.1:{dovecot.lmtp} as a transport, smtpd_sasl_path=inet:127.0.0.1:{dovecot.sasl}
        dovecot.messages("bounces@sender.example")
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import imaplib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.mail.loopback import PASSWORD, free_ports, until_listening
from tests.system.debian import unpacked
from tests.system.processes import wait_until
from tests.waiting import LIMIT

_PACKAGES = (
    "dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "libapparmor1", "libaudit1", "libbz2-1.0", "libc6",
    "libcap-ng0", "libcap2", "libcom-err2", "libcrypt1", "libexttextcat-2.0-0", "libgcc-s1", "libgcrypt20",
    "libgpg-error0", "libgssapi-krb5-2", "libicu72", "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0",
    "liblua5.4-0", "liblz4-1", "liblzma5", "libnsl2", "libpam0g", "libsodium23", "libssl3", "libstdc++6",
    "libstemmer0d", "libsystemd0", "libtirpc3", "libunwind8", "libwrap0", "libzstd1", "zlib1g",
)  # fmt: skip
MECHANISMS = ("plain", "login", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer")
_TOKEN_KEY = b"known to Dovecot and to who makes tokens"

_USERS = "root:x:0:0::/:/bin/false\nmail:x:8:8::/:/bin/false\ndovecot:x:2:2::/:/bin/false\nnobody:x:65534:65534::/:\n"
_GROUPS = "root:x:0:\nmail:x:8:\ndovecot:x:2:\nnogroup:x:65534:\n"
_SETTINGS = """
log_path = /log
auth_verbose = yes
protocols = imap lmtp
listen = 127.0.0.1
default_login_user = nobody
default_internal_user = dovecot
default_internal_group = dovecot
first_valid_uid = 1
mail_location = maildir:~/maildir
mail_max_userip_connections = 1000
mail_plugins = quota
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
auth_username_format = %Lu
auth_username_chars =
{tls}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = /etc/dovecot/tokens
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-256
  args = username_format=%Lu /etc/dovecot/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu /etc/dovecot/users
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    port = {sasl}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=/etc/dovecot/keys/
username_attribute = sub
"""


@dataclass
class Dovecot:
    """A running one, with its ports on 127.0.0.1."""

    root: Path
    imap: int
    imaps: int
    lmtp: int
    sasl: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> str:
        """What it has done."""
        return (self.root / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def _has_tls(self) -> bool:
        return (self.root / "etc/dovecot/certificate").exists()

    def add(self, *addresses: str, mailbox: str | None = None, kilobytes: int = 0) -> None:
        """More users, each with a mailbox of that name, by default a new one; ``kilobytes``: it holds so much.

        All log in with ``PASSWORD`` of :mod:`tests.integration.mail.loopback`.
        """
        with (self.root / "etc/dovecot/users").open("a", encoding="utf-8") as users:
            for address in addresses:
                name = address.lower()
                quota = f"userdb_quota_rule=*:storage={kilobytes}" if kilobytes else ""
                escaped = name.replace("'", "\\'")  # as Dovecot looks it up
                users.write(f"{escaped}:{{PLAIN}}{PASSWORD}:8:8::/var/mail/{mailbox or name}::{quota}\n")
        if addresses:
            wait_until(lambda: self._knows(addresses[-1]), f"{addresses[-1]} is not known")

    def _knows(self, address: str) -> bool:
        """It looks into the list of its users once a second at most."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=LIMIT) as connection:
            try:
                connection.authenticate("PLAIN", lambda _: f"\0{address}\0{PASSWORD}".encode())
            except imaplib.IMAP4.error:
                return False
        return True

    @contextmanager
    def reading(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Logged in, with that folder selected."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=LIMIT) as connection:
            connection.login(user, PASSWORD)
            connection.select(folder)
            yield connection

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """All that lies there, read by IMAP as anybody reads mail; nothing is marked as read by it."""
        with self.reading(user, folder) as connection:
            _, found = connection.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return [each[1] for each in found if isinstance(each, tuple)]

    def arrived(self, user: str, count: int) -> list[bytes]:
        """What lies in the inbox as soon as it is so many."""
        found: list[bytes] = []

        def all_are_there() -> bool:
            found[:] = self.messages(user)
            return len(found) >= count

        wait_until(all_are_there, f"{count} emails have not arrived")
        return found

    def token(self, user: str, *, seconds: int = 3600, **claims: object) -> str:
        """One that lets this user in by XOAUTH2 and OAUTHBEARER (RFC 7519, HS256); negative seconds: it has ended."""
        now = int(time.time())
        body = {"sub": user, "iat": now - 7200, "nbf": now - 7200, "exp": now + seconds, **claims}
        text = ".".join(_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, body))
        return f"{text}.{_base64url(hmac.digest(_TOKEN_KEY, text.encode(), hashlib.sha256))}"

    def start(self) -> None:
        """Start, on the same ports as before, and wait until it takes connections."""
        command = ["chroot", self.root, "/usr/sbin/dovecot", "-F"]
        with (self.root / "out").open("ab") as out:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        ports = [self.imap, self.lmtp, self.sasl, *([self.imaps] if self._has_tls else [])]
        until_listening(self._process, ports, self.root / "out")

    def stop(self) -> None:
        """End it with all its connections; the mailboxes stay."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(LIMIT)
            self._process = None


@contextmanager
def running_dovecot(*, certificate: Path | None = None, mechanisms: Sequence[str] = MECHANISMS) -> Iterator[Dovecot]:
    """One without users. Skips the test where it cannot be had, and for anyone but root: its TLS is a module that it
    looks for below ``/usr/lib`` only, so that it needs a root directory of its own.

    ``certificate``: key and certificate in one file; without it there is no TLS. ``mechanisms``: what is offered to log
    in with, over IMAP and to the servers that ask it.
    """
    with unpacked(*_PACKAGES).machine() as root, ExitStack() as stack:
        dovecot = Dovecot(root, *free_ports(4))
        _set_up(dovecot, certificate, mechanisms)
        stack.callback(dovecot.stop)
        dovecot.start()
        yield dovecot


def _set_up(dovecot: Dovecot, certificate: Path | None, mechanisms: Sequence[str]) -> None:
    settings = dovecot.root / "etc/dovecot"
    shutil.rmtree(settings)
    keys = settings / "keys/default/HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(_TOKEN_KEY))
    tls = "ssl = no"
    if certificate is not None:
        shutil.copyfile(certificate, settings / "certificate")
        tls = "ssl = yes\nssl_cert = </etc/dovecot/certificate\nssl_key = </etc/dovecot/certificate"
    (settings / "dovecot.conf").write_text(
        _SETTINGS.format(
            mechanisms=" ".join(mechanisms),
            tls=tls,
            imap=dovecot.imap,
            imaps=dovecot.imaps if certificate is not None else 0,
            lmtp=dovecot.lmtp,
            sasl=dovecot.sasl,
        )
    )
    (settings / "tokens").write_text(_TOKENS)
    (settings / "users").touch()
    (dovecot.root / "etc/passwd").write_text(_USERS)
    (dovecot.root / "etc/group").write_text(_GROUPS)
    mail = dovecot.root / "var/mail"
    mail.mkdir()
    shutil.chown(mail, 8, 8)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

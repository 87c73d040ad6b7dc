"""Real reverse proxies, with the configurations that come with the program."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.integration.mail.certificates import Authority
from tests.system.debian import Unpacked, unpacked
from tests.system.processes import free_port, wait_until

EXAMPLES = Path("resources/proxy")

#: Around a file of nginx's conf.d: all in one process and in one directory.
_NGINX = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {0}
}}
"""


class ReverseProxy:
    """In front of the service at that port. Only names, ports and paths are put into its configuration."""

    def __init__(self, directory: Path, upstream: int, authority: Authority) -> None:
        directory.mkdir()
        self._directory = directory
        self._port = free_port()
        self._upstream = upstream
        self._certificate = authority.server_file("localhost", "127.0.0.1")
        self._process: subprocess.Popen[bytes] | None = None
        #: Where the service has a name of its own, and where it is below a path.
        self.url = f"https://localhost:{self._port}"
        self.url_below_path = f"https://127.0.0.1:{self._port}/desk"

    def start(self) -> None:
        """Start and wait until it takes connections."""
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self._directory, env=self.program.environment, stdout=log, stderr=log
            )
        wait_until(self._takes_connections, "the proxy did not start")

    def stop(self) -> None:
        """End it, with all connections through it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    @property
    def program(self) -> Unpacked:
        """What is run."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """How it is run."""
        raise NotImplementedError

    def filled_in(self, example: str, replaced: dict[str, str]) -> str:
        """The example with the names, ports and paths of this test; each has to be there."""
        text = (EXAMPLES / example).read_text()
        here = {
            "127.0.0.1:4000": f"127.0.0.1:{self._upstream}",
            "desk.example.com": "localhost",
            "www.example.com": "127.0.0.1",
        }
        for example_text, own in (replaced | here).items():
            assert example_text in text, f"{example} has no {example_text!r}"
            text = text.replace(example_text, own)
        return text

    def _takes_connections(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._directory / "log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self._port), 1).close()
        except OSError:
            return False
        return True


class Nginx(ReverseProxy):
    """nginx, a file of its conf.d."""

    @property
    def program(self) -> Unpacked:
        """What is run."""
        return unpacked("nginx", "libpcre2-8-0", "libssl3", "zlib1g", "libcrypt1")

    def command(self) -> list[str]:
        """How it is run."""
        certificate = str(self._certificate.resolve())
        site = self.filled_in(
            "nginx.conf",
            {
                "listen 443 ssl": f"listen 127.0.0.1:{self._port} ssl",
                "/etc/ssl/desk.example.com.pem": certificate,
                "/etc/ssl/desk.example.com.key": certificate,
            },
        )
        file = self._directory / "nginx.conf"
        file.write_text(_NGINX.format(site))
        return [self.program.program("usr/sbin/nginx"), "-p", str(self._directory.resolve()), "-c", "nginx.conf"]


class HaProxy(ReverseProxy):
    """HAProxy."""

    @property
    def program(self) -> Unpacked:
        """What is run."""
        return unpacked(
            "haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1", "libpcre2-8-0", "libssl3"
        )

    def command(self) -> list[str]:
        """How it is run."""
        file = self._directory / "haproxy.cfg"
        certificate = str(self._certificate.resolve())
        file.write_text(
            self.filled_in(
                "haproxy.cfg",
                {"bind :443": f"bind 127.0.0.1:{self._port}", "/etc/ssl/desk.example.com.both.pem": certificate},
            )
        )
        return [self.program.program("usr/sbin/haproxy"), "-db", "-f", "haproxy.cfg"]


PROXIES: dict[str, Callable[[Path, int, Authority], ReverseProxy]] = {"nginx": Nginx, "haproxy": HaProxy}

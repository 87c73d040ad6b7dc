"""Programs of Debian's that a test needs and that need not be installed: unpacked below ``build``."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

_DIRECTORY = Path("build/debian")
_SECONDS = 120
#: Written for people; the programs do without them.
_DOCUMENTS = ("doc", "lintian", "locale", "man")


class Unpacked:
    """A package with the libraries that come with it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def program(self, name: str) -> str:
        """The path of one of its programs."""
        return str((self._root / name).resolve())

    @property
    def environment(self) -> dict[str, str]:
        """In which its programs find their libraries."""
        folders = [str(path.resolve()) for path in sorted(self._root.glob("usr/lib/*-linux-gnu"))]
        return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders)}

    @contextmanager
    def machine(self) -> Iterator[Path]:
        """A directory that holds nothing but these packages, for programs that look for parts of theirs at fixed paths.

        With the C library among the packages, ``chroot`` runs them there. The files are links and not to be written
        to; what is added is gone afterwards. The test is skipped for anyone but root, who alone may change the root.
        """
        if os.geteuid() != 0:
            pytest.skip("only root can give a program a root directory of its own")
        with tempfile.TemporaryDirectory(prefix="machine-", dir=_DIRECTORY, ignore_cleanup_errors=True) as name:
            root = Path(name).resolve() / "root"
            shutil.copytree(
                self._root, root, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns(*_DOCUMENTS)
            )
            _furnish(root)
            yield root


def _furnish(root: Path) -> None:
    """What programs expect on every machine."""
    root.parent.chmod(0o755)  # their processes are of several users
    root.chmod(0o755)
    for folder in ("dev", "etc", "run", "tmp", "var/tmp"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("tmp", "var/tmp"):
        (root / folder).chmod(0o1777)
    for device, minor in (("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)):
        os.mknod(root / "dev" / device, stat.S_IFCHR, os.makedev(1, minor))
        (root / "dev" / device).chmod(0o666)
    (root / "var/run").symlink_to("/run")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")


def unpacked(*packages: str) -> Unpacked:
    """These packages, fetched once. Without them the test is skipped, or fails where nothing may be missing."""
    root = _DIRECTORY / packages[0]
    _DIRECTORY.mkdir(parents=True, exist_ok=True)
    with FileLock(_DIRECTORY / f"{packages[0]}.lock"):
        if not root.exists():
            try:
                _fetch(packages, root)
            except (OSError, subprocess.SubprocessError) as error:
                _cannot_be_had(packages[0], error)
    return Unpacked(root)


def _fetch(packages: tuple[str, ...], root: Path) -> None:
    part = root.with_name(f"{root.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    if subprocess.run(["apt-get", "download", *packages], cwd=part, capture_output=True, timeout=_SECONDS).returncode:
        # Root alone may, and only a machine that has never looked needs to.
        subprocess.run(["apt-get", "update"], capture_output=True, check=True, timeout=_SECONDS)
        subprocess.run(["apt-get", "download", *packages], cwd=part, capture_output=True, check=True, timeout=_SECONDS)
    for file in sorted(part.glob("*.deb")):
        subprocess.run(["dpkg", "-x", file.name, "."], cwd=part, capture_output=True, check=True, timeout=_SECONDS)
        file.unlink()
    part.rename(root)


def _cannot_be_had(package: str, error: Exception) -> None:
    reason = f"{package} cannot be had from Debian: {error}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)

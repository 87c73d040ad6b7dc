"""Sets up what `make` needs from Python 3.11 and pip alone: system libraries, virtual environment, packages.

Needs no package itself. Runs in a moment when there is nothing to do.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up-complete"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

#: Debian packages that Qt's wheels expect of the system: for any use, and for a screen (X11).
QT = ["libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0", "fonts-dejavu-core"]
SCREEN = ["libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"]
#: Debian packages that tests use: a screen with a tray, a keyring, and a JavaScript client.
TESTS = ["xvfb", "openbox", "trayer", "dbus", "gnome-keyring", "dunst", "xdotool", "nodejs", "npm"]


def main() -> None:
    """Set up; exits with a message when that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what only tests need")
    wanted = QT + SCREEN + (TESTS if parser.parse_args().tests else [])
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    provide_system_packages(wanted)
    if not is_up_to_date():
        make_environment()
    check_qt()


def provide_system_packages(wanted: list[str]) -> None:
    """Install what is missing where we may, else name the command. Only Debian and its relatives are known."""
    if shutil.which("dpkg-query") is None:
        return
    if importlib.util.find_spec("ensurepip") is None:
        wanted = [*wanted, "python3-venv"]
    missing = [package for package in wanted if not is_provided(package)]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif shutil.which("sudo") and sys.stdin.isatty() and agrees(missing):
        prefix = ["sudo"]
    else:
        say(f"Some system packages are missing. To install them: sudo {' '.join(install)}")
        return
    say(f"Installing system packages: {' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", *install[2:]]):
        result = subprocess.run([*prefix, *command], env=environment, stdout=subprocess.DEVNULL, check=False)
        if result.returncode != 0:
            say(f"That did not work. To do it by hand: sudo {' '.join(install)}")
            return


def is_provided(package: str) -> bool:
    """Whether Debian has it installed, or the same program comes from elsewhere."""
    program = {"nodejs": "node", "xvfb": "Xvfb", "gnome-keyring": "gnome-keyring-daemon", "dbus": "dbus-daemon"}
    if package in TESTS and shutil.which(program.get(package, package)):
        return True
    query = ["dpkg-query", "-W", "-f=${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def agrees(missing: list[str]) -> bool:
    """Ask the user before anything is done as root."""
    return input(f"Install {' '.join(missing)} with sudo? [Y/n] ").strip().lower() in ("", "y", "yes")


def is_up_to_date() -> bool:
    """Whether the environment was made, to its end, from what stands here now."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes with whatever the environment is made from."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in ("requirements.lock", "pyproject.toml", ".ci/bootstrap.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """The virtual environment with the locked packages and the project itself."""
    say("Setting up the virtual environment (once, some minutes).")
    STAMP.unlink(missing_ok=True)
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(VENV))
    # Without ensurepip the system's pip works on the new environment.
    pip = [str(PYTHON), "-m", "pip"] if with_pip else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    run(*pip, *quiet, "--require-hashes", "--requirement", str(ROOT / "requirements.lock"))
    run(*pip, *quiet, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(fingerprint())


def check_qt() -> None:
    """A missing system library shows here, with its name, and not in the middle of a window."""
    if sys.platform != "linux" or (VENV / "qt-loads").exists():
        return
    result = subprocess.run([PYTHON, "-c", "import PySide6.QtWidgets"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1]
        sys.exit(f"Qt cannot be loaded: {reason}\nOn Debian: sudo apt-get install {' '.join(QT + SCREEN)}")
    (VENV / "qt-loads").touch()


def run(*command: str) -> None:
    """Run to its end; exits with what went wrong."""
    result = subprocess.run(command, check=False)
    if result.returncode != 0:
        sys.exit(f"This failed, see above: {' '.join(command)}")


def say(text: str) -> None:
    """To the terminal, before what the next command prints."""
    print(text, flush=True)


if __name__ == "__main__":
    main()

"""Looks for known vulnerabilities in the locked packages, where the database of them can be reached.

Without the net it says so and is no failure: what was good stays as good as it was.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / "build" / "audit"
PYTHON = TOOL / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
SECONDS = 120
VULNERABLE = 1  # pip-audit's exit code, also of other failures, which name no package


def main() -> None:
    """Exit code 1 when something is known; 0 with ``--only-say``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-say", action="store_true", help="do not fail")
    only_say = parser.parse_args().only_say
    if not provide_tool():
        print("dependencies: not audited, pip-audit cannot be had")
        return
    command = ["-m", "pip_audit", "--requirement", str(ROOT / "requirements.lock"), "--disable-pip", "--require-hashes"]
    try:
        done = subprocess.run(
            [PYTHON, *command, "--progress-spinner", "off", "--timeout", "10"],
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print("dependencies: not audited, the database of vulnerabilities does not answer")
        return
    if done.returncode == 0:
        print("dependencies: no known vulnerabilities")
    elif done.stdout.startswith("Name"):
        print(f"dependencies: known vulnerabilities\n{done.stdout}")
        if not only_say:
            sys.exit(VULNERABLE)
    else:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        print(f"dependencies: not audited ({reason[0][:200]})")


def provide_tool() -> bool:
    """In an environment of its own, apart from what is audited."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOL)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "5", "pip-audit>=2.9,<3"]
    there = subprocess.run([PYTHON, "-c", "import pip_audit"], capture_output=True, check=False).returncode == 0
    return there or subprocess.run([PYTHON, *install], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()

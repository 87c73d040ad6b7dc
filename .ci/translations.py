"""`make translations`: brings every string of the sources into resources/translations, and compiles these.

What is new there is marked unfinished: translate it (a text editor does, or Qt Linguist) and run this again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
TRANSLATIONS = Path("resources/translations")
#: Of English only the plural forms are translated: the rest stands in the sources.
LANGUAGES = {"de": [], "en": ["-pluralonly"]}

#: What marks a text that is translated elsewhere than where it stands.
MARKED = ["-tr-function-alias", "QT_TRANSLATE_NOOP+=translatable"]


def main() -> None:
    """Renew and compile; exits with what went wrong, or with how many strings are still to be translated."""
    sources = [str(file.relative_to(ROOT)) for file in sorted((ROOT / "desktop").rglob("*.py"))]
    sources += ["server/contract/import_codes.py", "server/contract/sentences.py"]
    unfinished = 0
    for language, options in LANGUAGES.items():
        texts = TRANSLATIONS / f"activation_desk_{language}.ts"
        how = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", *MARKED, *options]
        run("pyside6-lupdate", *how, "-target-language", language, *sources, "-ts", str(texts))
        run("pyside6-lrelease", "-silent", str(texts), "-qm", str(texts.with_suffix(".qm")))
        unfinished += (ROOT / texts).read_text(encoding="utf-8").count('type="unfinished"')
    if unfinished:
        sys.exit(f"{unfinished} strings are still to be translated: look for unfinished in {TRANSLATIONS}.")


def run(tool: str, *arguments: str) -> None:
    """Run to its end; exits with what went wrong."""
    if subprocess.run([TOOLS / tool, *arguments], cwd=ROOT, check=False).returncode != 0:
        sys.exit(f"This failed, see above: {tool}")


if __name__ == "__main__":
    main()

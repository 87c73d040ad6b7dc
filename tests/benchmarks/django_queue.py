"""django-post_office as a yardstick: queues emails in SQLite, sends them, prints the seconds that the sending took.

Runs in an environment of its own: ``python django_queue.py SMTP_PORT EMAILS THREADS``.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

smtp_port, emails, threads = (int(argument) for argument in sys.argv[1:])

TEXT = "Hello Person {0},\n\nyour account is ready.\n\n  Address:   person{0}@firm.example\n  Password:  {1}\n"
HTML = "<p>Hello Person {0},</p><p>your account is ready.</p><p>person{0}@firm.example<br>{1}</p>"


def main(directory: Path) -> None:
    """Set up, queue, send."""
    settings.configure(
        INSTALLED_APPS=["post_office"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": directory / "queue.sqlite3"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=smtp_port,
        POST_OFFICE={
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
            "THREADS_PER_PROCESS": threads,
            "LOCKFILE": str(directory / "lock"),
        },
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    call_command("migrate", verbosity=0)

    from post_office import mail
    from post_office.models import STATUS, Email

    mail.send_many(
        {
            "sender": "desk@firm.example",
            "recipients": [f"person{number}@firm.example"],
            "subject": "Your account is ready",
            "message": TEXT.format(number, "abcde-fghij-kmnpq"),
            "html_message": HTML.format(number, "abcde-fghij-kmnpq"),
        }
        for number in range(emails)
    )
    assert Email.objects.count() == emails
    started = time.perf_counter()
    mail.send_queued_mail_until_done(lockfile=str(directory / "lock"))
    seconds = time.perf_counter() - started
    assert Email.objects.filter(status=STATUS.sent).count() == emails
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(temporary))

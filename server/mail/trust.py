"""Which mail servers are trusted, and by which certificate this machine shows who it is."""

from __future__ import annotations

import ssl

from server.smtp_accounts import Trust


def tls_context(trust: Trust) -> ssl.SSLContext:
    """For one connection: the files are read each time, so a change needs no restart.

    Raises OSError (ssl.SSLError is one) with the file that cannot be used.
    """
    context = ssl.create_default_context()
    try:
        if trust.ca_file is not None:
            context.load_verify_locations(cafile=trust.ca_file)
        if trust.certificate is not None:
            context.load_cert_chain(trust.certificate, trust.key, password=_no_password)
    except (OSError, ValueError) as error:
        files = ", ".join(str(each) for each in (trust.ca_file, trust.certificate, trust.key) if each is not None)
        raise OSError(f"one of these files cannot be used: {files} ({error})") from error
    return context


def _no_password() -> str:
    raise ValueError("the key is protected by a password. Store it without one")

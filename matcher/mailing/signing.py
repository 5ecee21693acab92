"""Sign mails with DKIM ourselves, where no relay does it for us; dkimpy is needed only then."""

from collections.abc import Callable
from pathlib import Path

from matcher.errors import NotReady

SIGNED = (
    *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type"),
    *(b"List-Unsubscribe", b"List-Unsubscribe-Post"),
)
"""Headers that a signature covers; receivers honour one click only under the last two."""

Sign = Callable[[bytes], bytes]


def dkim_signer(key_file: Path, selector: str, domain: str) -> Sign:
    """What puts a DKIM-Signature before a mail; the key is a PEM of RSA.

    Raises NotReady ``dkim-absent`` without dkimpy, ``dkim-key`` where the key cannot be used.
    """
    try:
        import dkim  # noqa: PLC0415 - an extra: most relays sign by themselves
    except ModuleNotFoundError as error:
        raise NotReady("dkim-absent", command="pip install 'synergies[mail]'") from error

    def sign(mail: bytes) -> bytes:
        present = [name for name in SIGNED if b"\n" + name.lower() + b":" in b"\n" + mail.lower()]
        names = (selector.encode("ascii"), domain.encode("ascii"))
        line = dkim.sign(
            mail,
            *names,
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=present,
        )
        return bytes(line) + mail

    try:
        key = key_file.read_bytes()
        sign(b"From: a@b.test\r\n\r\n\r\n")
    except (OSError, ValueError, dkim.DKIMException) as error:
        raise NotReady("dkim-key", path=str(key_file)) from error
    return sign

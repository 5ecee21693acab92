"""A signature that receivers can check, over the two headers of one click too."""

import subprocess
from base64 import b64encode
from pathlib import Path

import dkim
import pytest

from matcher.errors import NotReady
from matcher.mailing.signing import dkim_signer
from matcher.settings import Settings
from matcher.usecases.read_mail_settings import read_sending

MAIL = (
    b"List-Unsubscribe: <https://synergies.test/desinscription/abc>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"From: Synergies <bonjour@synergies.test>\r\nTo: kadi@exemple.test\r\n"
    b"Subject: Deux rencontres\r\nMessage-ID: <a@synergies.test>\r\n\r\nBonjour.\r\n"
)


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, bytes]:
    """A private key, and the record of DNS that publishes the other half."""
    file = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", file, "2048"], check=True, capture_output=True)
    public: list[str | Path] = ["openssl", "rsa", "-in", file, "-pubout", "-outform", "DER"]
    der = subprocess.run(public, check=True, capture_output=True).stdout
    return file, b"v=DKIM1; k=rsa; p=" + b64encode(der)


def verified(mail: bytes, record: bytes) -> bool:
    """Whether a receiver finds the signature good, asking no DNS."""
    asked = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    good = dkim.verify(mail, dnsfunc=dns)
    assert asked == [b"s1._domainkey.synergies.test."]
    return bool(good)


def test_a_signature_holds_and_covers_both_headers_of_one_click(key: tuple[Path, bytes]) -> None:
    file, record = key
    signed = dkim_signer(file, "s1", "synergies.test")(MAIL)
    assert signed.endswith(MAIL)
    assert verified(signed, record)
    covered = signed.partition(b"h=")[2].partition(b";")[0].lower().replace(b"\r\n", b"")
    names = [name.strip() for name in covered.split(b":")]
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"subject"} <= set(names)
    for changed in (b"abc>", b"One-Click", b"Bonjour."):
        assert not verified(signed.replace(changed, b"X" + changed), record)


def test_settings_say_whether_mails_are_signed(key: tuple[Path, bytes], tmp_path: Path) -> None:
    usual = {"smtp_url": "smtp://127.0.0.1:25", "mail_from": "bonjour@synergies.test"}
    assert read_sending(Settings(**usual)).sign is None  # type: ignore[arg-type]
    file, record = key
    signing = Settings(**usual, dkim_key=str(file), dkim_selector="s1")  # type: ignore[arg-type]
    sign = read_sending(signing).sign
    assert sign is not None
    assert verified(sign(MAIL), record)
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no key")
    for path in (wrong, tmp_path / "absent"):
        with pytest.raises(NotReady, match="dkim-key"):
            dkim_signer(path, "s1", "synergies.test")

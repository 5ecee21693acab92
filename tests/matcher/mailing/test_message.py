"""The bytes that leave: what was meant, to one recipient, whatever somebody is called."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidInput
from matcher.mailing.message import Envelope, Mailbox, clean, compose
from matcher.mailing.rendering import Rendered

NAMES = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "Auto-Submitted", "Content-Language"),
    *("MIME-Version", "Content-Type"),
}
HOSTILE = [
    "=?utf-8?q?A=0D=0ABcc=3A_evil@evil.test?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC50ZXN0?=",
    "a\r\nBcc: evil@evil.test\r\n\r\nbody",
    "a\nX-Inj: 1",
    "\u2028Bcc: evil@evil.test",
    '"quoted" <evil@evil.test>, more@evil.test',
    "=?=?utf-8?q?=0D=0AX=3A?=?=",
    "\u202eevil",
    "\ud800",
    "\0",
    "Zoé O’Nœil, «\u00a0PMI\u00a0»",
]


def composed(
    name: str = "Kadi Sow",
    subject: str = "Deux rencontres",
    address: str = "kadi@exemple.test",
    stop: str = "https://synergies.test/u/abc",
    body: str = "Bonjour",
) -> EmailMessage:
    """A mail as its reader's program parses it."""
    envelope = Envelope(
        sender=Mailbox("Synergies", "bonjour@synergies.test"),
        recipient=Mailbox(name, address),
        message_id="<run-1.actor@synergies.test>",
        date=datetime(2026, 12, 1, 9, tzinfo=UTC),
        unsubscribe=stop,
    )
    written = compose(Rendered(subject, f"<p>{body}</p>", body), envelope)
    assert written.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, written.split(b"\r\n"))) <= 998
    return message_from_bytes(written, policy=policy.default)


def expected_only(mail: EmailMessage) -> bool:
    return sorted(mail.keys()) == sorted(NAMES)


def test_a_mail_has_two_parts_and_says_how_to_stop() -> None:
    mail = composed(body="Bonjour, à bientôt")
    assert expected_only(mail)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "à bientôt" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["List-Unsubscribe"] == "<https://synergies.test/u/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Subject"], mail["Message-ID"]) == (
        "Deux rencontres",
        "<run-1.actor@synergies.test>",
    )


@pytest.mark.parametrize(
    "name", ["Zoé O’Nœil", "J. Petit", "CCAS d'Argenteuil, pôle « Accueil »", "Élise " * 12]
)
def test_names_and_subjects_read_as_they_were_written(name: str) -> None:
    subject = f"Trois rencontres possibles près de L’Haÿ-les-Roses, avec {name}"
    mail = composed(name=name, subject=subject)
    assert mail["Subject"] == subject.strip()
    shown = mail["To"].addresses[0].display_name
    assert shown.replace(" ", "") == name.replace(" ", "").replace(",", "")


def test_a_long_address_to_stop_stays_on_one_line() -> None:
    stop = "https://synergies.test/u/" + "a" * 120
    assert composed(stop=stop)["List-Unsubscribe"] == f"<{stop}>"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(hostile: str) -> None:
    for mail in (composed(name=hostile), composed(subject=hostile)):
        assert expected_only(mail)
        assert [one.addr_spec for one in mail["To"].addresses] == ["kadi@exemple.test"]


PIECES = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE)), max_size=6)


FOLDED = (
    "00000000000\xa0\xa0\xa0\xa0\U00010000\U00010000a\r\nBcc: evil@evil.test\r\n\r\nbody"
    "=?utf-8?q?A=0D=0ABcc=3A_evil@evil.test?=0 0\xa0 \xa0\xa00\u0800 \xa1"
)
"""Python folds it in a way that it reads otherwise itself."""


@settings(max_examples=300, deadline=None)
@given(PIECES.map("".join), PIECES.map("".join))
@example("", FOLDED)
@example(FOLDED, "")
def test_whatever_is_written_the_headers_are_ours(name: str, subject: str) -> None:
    mail = composed(name=name, subject=subject)
    assert expected_only(mail)
    assert mail["Subject"] == clean(subject)
    assert [one.addr_spec for one in mail["To"].addresses] == ["kadi@exemple.test"]


@pytest.mark.parametrize(
    "address",
    [
        *("", "kadi", "kadi@", "@exemple.test", "a b@exemple.test", "a@b", "a@exemple..test"),
        *(
            "a@exemple.test\r\nBcc: b@exemple.test",
            "a@exemple.test,b@exemple.test",
            "é@exemple.test",
        ),
        *("<a@exemple.test>", "a@exemple.test>", f"{'a' * 65}@exemple.test", "a@-exemple.test"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        composed(address=address)
    assert refused.value.code == "mail-address"


def test_a_link_that_is_none_is_refused() -> None:
    for stop in (
        "javascript:alert(1)",
        "https://synergies.test/u/a b",
        "https://x.test/\r\nBcc: y",
    ):
        with pytest.raises(InvalidInput):
            composed(stop=stop)

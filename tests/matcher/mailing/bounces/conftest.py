# ruff: noqa: E501 - mails are as long as they are
"""Mails as relays and people send them back, in the forms of ten programs, French and English."""

from dataclasses import dataclass
from itertools import product

import pytest

TO = "bonjour+b{token}@synergies.test"
ORIGINAL = """Return-Path: <{to}>
Message-ID: <run.ts-1@synergies.test>
From: Synergies <bonjour@synergies.test>
To: {rcpt}
Subject: Deux rencontres possibles

Bonjour, 550 5.1.1 n'est pas un statut ici.
"""

STATUSES = {
    "unknown": ("hard", "failed", "5.1.1", "550 5.1.1 <{rcpt}>: Recipient address rejected"),
    "domain": ("hard", "failed", "5.1.2", "550 5.1.2 Bad destination system address"),
    "null": ("hard", "failed", "5.1.10", "550 5.1.10 Recipient not found by SMTP lookup"),
    "disabled": ("hard", "failed", "5.2.1", "550 5.2.1 Compte désactivé : {rcpt}"),
    "general": ("hard", "failed", "5.0.0", "550 Utilisateur inconnu"),
    "full": ("soft", "failed", "5.2.2", "552 5.2.2 Boîte pleine / mailbox full"),
    "policy": ("soft", "failed", "5.7.1", "554 5.7.1 Message rejeté pour cause de politique"),
    "expired": ("soft", "failed", "4.4.1", "451 4.4.1 Connection timed out"),
    "delayed": ("soft", "delayed", "4.2.0", "452 4.2.0 Réessai en cours"),
    "delivered": ("nothing", "delivered", "2.1.5", "250 2.1.5 OK"),
}

PROGRAMS = {
    "postfix": (
        "MAILER-DAEMON@mx.test (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied\n",
        "This is the mail system at host mx.test.\n\n<{rcpt}>: host mx2.test said: {said}\n",
        "Reporting-MTA: dns; mx.test\nX-Postfix-Queue-ID: 4Bx\nArrival-Date: Tue, 1 Dec 2026\n",
    ),
    "exim": (
        "Mail Delivery System <Mailer-Daemon@mail.test>",
        "Mail delivery failed: returning message to sender",
        "Auto-Submitted: auto-replied\nX-Failed-Recipients: {rcpt}\n",
        "This message was created automatically by mail delivery software.\n\n  {rcpt}\n    {said}\n",
        "Reporting-MTA: dns; mail.test\n",
    ),
    "sendmail": (
        "Mail Delivery Subsystem <MAILER-DAEMON@smtp.test>",
        "Returned mail: see transcript for details",
        "Auto-Submitted: auto-generated (failure)\n",
        "   ----- The following addresses had permanent fatal errors -----\n<{rcpt}>\n",
        "Reporting-MTA: dns; smtp.test\nReceived-From-MTA: DNS; out.synergies.test\n",
    ),
    "exchange-fr": (
        "postmaster@collectivite.test",
        "=?utf-8?q?Non_remis_=3A_Deux_rencontres_possibles?=",
        "X-MS-Exchange-Message-Is-Ndr:\nAuto-Submitted: auto-generated\n",
        "Échec de la remise à ces destinataires ou groupes :\n\n{rcpt}\n{said}\n",
        "Reporting-MTA: dns;EX01.collectivite.test\n",
    ),
    "gmail": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
        "Delivery Status Notification (Failure)",
        "Auto-Submitted: auto-replied\nX-Failed-Recipients: {rcpt}\n",
        "** Address not found **\n\nYour message wasn't delivered to {rcpt}.\n\n{said}\n",
        "Reporting-MTA: dns; googlemail.test\n",
    ),
    "opensmtpd": (
        "Mailer Daemon <MAILER-DAEMON@mx.test>",
        "Delivery status notification: error",
        "Auto-Submitted: auto-replied\n",
        "    Hi!\n\n    This is the MAILER-DAEMON.\n\n{rcpt}: {said}\n",
        "Reporting-MTA: dns; mx.test\n",
    ),
    "zimbra-fr": (
        "Système de messagerie <MAILER-DAEMON@departement.test>",
        "=?utf-8?b?TWVzc2FnZSBub24gcmVtaXM=?=",
        "Auto-Submitted: auto-replied\n",
        "Ceci est le système de messagerie.\n\n<{rcpt}> : {said}\n",
        "Reporting-MTA: dns; departement.test\n",
    ),
}

REPORT = """Return-Path: <>
Delivered-To: {to}
From: {daemon}
To: {to}
Subject: {subject}
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="=_limite"

--=_limite
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{words}
--=_limite
Content-Type: message/delivery-status

{machine}
Final-Recipient: rfc822; {rcpt}
Action: {action}
Status: {status}
Remote-MTA: dns; mx2.test
Diagnostic-Code: smtp; {said}

--=_limite
Content-Type: message/rfc822

{original}
--=_limite--
"""

PLAIN = """Return-Path: <>
Delivered-To: {to}
From: {daemon}
To: {to}
Subject: {subject}
{headers}Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{words}
"""

OLDER = {
    "qmail-unknown": ("hard", "Hi. This is the qmail-send program at mx.test.\n\n<{rcpt}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{original}"),
    "qmail-late": ("soft", "Hi. This is the qmail-send program at mx.test.\n\n<{rcpt}>:\nI'm not going to try again; this message has been in the queue too long. (#4.4.1)\n"),
    "qmail-full": ("soft", "Hi. This is the qmail-send program.\n\n<{rcpt}>:\nThe user's mailbox is full. (#5.2.2)\n"),
    "exim-old": ("hard", "A message that you sent could not be delivered. This is a permanent error.\n\n  {rcpt}\n    SMTP error from remote mail server after RCPT TO:<{rcpt}>:\n    host mx2.test: 550 5.1.1 User unknown\n\n------ This is a copy of the message ------\n\n{original}"),
    "exim-old-late": ("soft", "  {rcpt}\n    retry timeout exceeded: 451 4.7.1 Greylisted\n"),
    "no-enhanced": ("hard", "<{rcpt}> : 550 Utilisateur inconnu dans cet annuaire\n"),
    "fr-relay": ("hard", "Votre message n'a pas pu être remis.\n\nRéponse du serveur : 550 5.1.1 Adresse d au moins un destinataire invalide\n\n--- Copie de votre message ---\n{original}"),
    "fr-busy": ("soft", "Votre message n'a pas encore été remis. 421 4.3.2 Service momentanément indisponible. Nous réessayons.\n"),
    "spam": ("soft", "Remote host said: 554 5.7.1 Refused by local policy\n"),
    "only-words": ("nothing", "Votre message du 1er décembre est arrivé dans une boîte qui n'est plus lue.\n"),
}  # fmt: skip

PEOPLE = {
    "absent-fr": ("Auto-Submitted: auto-replied\n", "Réponse automatique : Deux rencontres", "Je suis absente jusqu'au 550 5.1.1 janvier."),
    "absent-en": ("Auto-Submitted: auto-replied\nPrecedence: bulk\n", "Out of Office", "I am away until Monday."),
    "absent-outlook": ("X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n", "Absence du bureau", "De retour lundi."),
    "vacation": ("X-Autoreply: yes\nPrecedence: auto_reply\n", "Absence", "Bonjour, je suis en congé."),
    "left": ("Auto-Submitted: auto-replied\n", "J'ai changé de poste", "Écrivez à ma remplaçante. 550 5.1.1"),
    "ticket": ("Auto-Submitted: auto-generated\n", "[#5.1.1] Votre demande", "Demande 5.1.1 enregistrée."),
    "challenge": ("Auto-Submitted: auto-replied\n", "Confirmez votre envoi", "550 personnes protégées."),
    "person": ("", "Re: Deux rencontres", "Bonjour, votre message est revenu : 550 5.1.1 User unknown. Que faire ?"),
    "person-fr": ("", "Re: Deux rencontres", "Merci, j'appelle demain."),
    "newsletter": ("List-Id: <x.test>\nPrecedence: list\n", "Lettre 5.1.1", "Lot 550 5.1.1 en vente"),
}  # fmt: skip

RECEIPT = REPORT.replace("delivery-status", "{type}")


@dataclass(frozen=True)
class Sample:
    """One mail that came back, with what a person reads in it."""

    name: str
    fate: str
    mail: bytes


def written(form: str, token: str, rcpt: str, **parts: str) -> bytes:
    """Fill a form twice: words name the recipient too."""
    to = TO.format(token=token)
    original = ORIGINAL.format(to=to, rcpt=rcpt)
    values = {"to": to, "rcpt": rcpt, "original": original, **parts}
    for _ in range(2):
        values = {
            name: text if name == "original" else text.format_map(values)
            for name, text in values.items()
        }
    return form.format_map(values).encode("utf-8")


def samples_for(token: str, rcpt: str = "kadi@exemple.test") -> list[Sample]:
    """Every sample, as if it came back from one mail."""
    made = []
    for program, status in product(PROGRAMS, STATUSES):
        fate, action, code, said = STATUSES[status]
        daemon, subject, headers, words, machine = PROGRAMS[program]
        parts = {"daemon": daemon, "subject": subject, "headers": headers, "words": words}
        more = {"machine": machine, "action": action, "status": code, "said": said}
        mail = written(REPORT, token, rcpt, **parts, **more)
        made.append(Sample(f"{program}-{status}", fate, mail))
    relay = {"daemon": "MAILER-DAEMON@mx.test", "subject": "failure notice", "headers": ""}
    for name, (fate, words) in OLDER.items():
        made.append(Sample(name, fate, written(PLAIN, token, rcpt, words=words, **relay)))
    for name, (headers, subject, words) in PEOPLE.items():
        whose = {"daemon": "Kadi <kadi@exemple.test>", "subject": subject, "headers": headers}
        made.append(Sample(name, "nothing", written(PLAIN, token, rcpt, words=words, **whose)))
    for kind in ("disposition-notification", "feedback-report"):
        parts = {"words": "Lu. 550 5.1.1", "machine": "Reporting-UA: x", "action": "failed"}
        more = {"status": "5.1.1", "said": "550 5.1.1", "type": kind}
        mail = written(RECEIPT, token, rcpt, **parts, **more, **relay)
        made.append(Sample(kind, "nothing", mail))
    return made


@pytest.fixture
def samples() -> type:
    """Makes the samples of one mail."""

    class Samples:
        """Callable from tests."""

        of = staticmethod(samples_for)

    return Samples

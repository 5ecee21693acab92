"""A real Postfix on 127.0.0.1: each mail ends in a mailbox once, and its log settles doubts."""

import os
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from matcher.mailing.delivery import Relay
from matcher.store.database import Database
from matcher.store.mail_tables import outbox
from matcher.store.outbox import LEASE_SECONDS, MailState
from matcher.usecases.send_outbox import GRACE_SECONDS, Sending, send_outbox

MASTER = Path("/usr/share/postfix/master.cf.dist")
NOW = 1_796_000_000
MAILS = 50
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = /tmp
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.synergies.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
virtual_mailbox_domains = exemple.test
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {folder}/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MASTER.exists(), reason="absent: apt-get install postfix"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts a Postfix"),
]


@pytest.fixture
def relay() -> Iterator[tuple[int, Path]]:
    """A Postfix of its own: its port and its folder."""
    folder = Path(tempfile.mkdtemp(prefix="mta-", dir="/tmp"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name in ("conf", "queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "mail", 65534, 65534)
    (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder))
    services = re.sub(
        r"(?m)^smtp +inet.*smtpd$", f"127.0.0.1:{port} inet n - n - - smtpd", MASTER.read_text()
    )
    services = re.sub(r"(?m)^(\S+ +\S+ +\S+ +\S+ +)y ", r"\1n ", services)
    (folder / "conf" / "master.cf").write_text(services)
    command = ["postfix", "-c", str(folder / "conf")]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    for _ in range(100):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
            break
        except OSError:
            time.sleep(0.1)
    yield port, folder
    subprocess.run([*command, "stop"], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.sqlite_only
def test_each_mail_arrives_once_and_the_log_tells(
    database_url: str,
    relay: tuple[int, Path],
    fill: Callable[..., list[str]],
    tell: Callable[[str], None],
) -> None:
    port, folder = relay
    database = Database.open(database_url)
    expected = fill(database, MAILS, NOW)
    log = folder / "maillog"
    sending = Sending(Relay("127.0.0.1", port), "bounce@synergies.test", relay_log=log)
    assert send_outbox(database, sending, lambda: NOW).states == {MailState.SENT: MAILS}
    with database.write() as connection:  # as if the sender had been killed before each 250
        connection.execute(update(outbox).values(state="sending", leased_until=NOW))
    later = NOW + LEASE_SECONDS + GRACE_SECONDS + 1
    assert send_outbox(database, sending, lambda: later).states.total() == 0
    with database.read() as connection:
        assert set(connection.execute(select(outbox.c.reason)).scalars()) == {"in-relay-log"}
    database.close()
    for _ in range(200):
        files = [path for path in (folder / "mail").rglob("new/*") if path.is_file()]
        if len(files) >= MAILS:
            break
        time.sleep(0.1)
    found = [re.search(r"Message-ID: (<\S+>)", path.read_text()) for path in files]
    arrived = Counter(one[1] for one in found if one)
    assert arrived == Counter(expected)
    tell(f"{MAILS} mails through Postfix: {len(arrived)} arrived, each once")

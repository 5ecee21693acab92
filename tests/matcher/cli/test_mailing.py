"""What comes of mails, as it is typed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_a_mailbox_is_read_and_counted(fixtures: Run, tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_text("From: kadi@exemple.test\n\nMerci, à bientôt.\n", "utf-8")
    assert fixtures("bounces", mail, "--json").json["nothing"] == 1
    assert "1 sans rapport" in fixtures("bounces", mail).out


def test_an_address_is_written_to_again(fixtures: Run) -> None:
    assert "0 retours oubliés" in fixtures("bounces", "--lift", "kadi@exemple.test").out


def test_a_mailbox_that_is_not_there_is_said(fixtures: Run, one_line: Run, tmp_path: Path) -> None:
    assert fixtures("bounces", tmp_path / "absent").code == 2
    assert "absent" in one_line(fixtures("bounces", tmp_path / "absent"))
    assert fixtures("bounces").code == 2

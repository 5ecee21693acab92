"""What needs a process of its own, an installation that lacks something, or the whole parser."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matcher.cli import app

ROOT = Path(__file__).parents[3]
VERBS = sorted(
    command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands
)
SLOW = {"torch", "sklearn", "onnxruntime", "sentence_transformers", "sqlalchemy", "fastapi"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_and_every_option(synergies: Any, verb: str) -> None:
    ran = synergies(verb, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "--help" in ran.out
    options = [line for line in ran.out.splitlines() if re.match(r"│ +--", line)]
    assert all(re.search(r"--[\w-]+ .*\w", line) for line in options)


def examples_of(verb: str) -> list[list[str]]:
    callback = next(
        command.callback
        for command in app.registered_commands
        if (command.name or getattr(command.callback, "__name__", "")) == verb
    )
    lines = re.findall(r"synergies (\w+ .+)$", callback.__doc__ or "", re.MULTILINE)
    assert lines
    return [shlex.split(line) for line in lines]


def test_the_example_of_import_works(synergies: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for words in examples_of("import"):
        ran = synergies(*words, "--dry-run")
        assert (ran.code, ran.err) == (0, "")


def test_the_examples_of_recommend_find_somebody(real_model: Any) -> None:
    for words in examples_of("recommend"):
        ran = real_model(*words, "--json")
        assert (ran.code, ran.err) == (0, "")
        assert ran.json["items"]


def test_the_example_of_evaluate_works(
    synergies: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mon-jeu").mkdir()
    Path("mon-jeu/corpus.jsonl").write_text('{"id": "d", "text": "Des vélos"}', encoding="utf-8")
    Path("mon-jeu/queries.jsonl").write_text('{"id": "q", "text": "Un vélo"}', encoding="utf-8")
    Path("mon-jeu/qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq\td\t1\n")
    for words in examples_of("evaluate"):
        ran = synergies(*words)
        assert (ran.code, ran.err) == (0, "")
        assert Path("classement.tsv").is_file()


def test_help_imports_nothing_slow(synergies: Any) -> None:
    code = "import sys\ntry:\n import runpy\n sys.argv = ['synergies', 'recommend', '--help']\n"
    code += " runpy.run_module('matcher.cli', run_name='__main__')\nfinally:\n"
    code += " print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "--department" in done.stdout
    assert not SLOW & set(done.stderr.split())


def test_no_command_shows_the_help_and_is_wrong_usage(synergies: Any) -> None:
    ran = synergies()
    assert (ran.code, ran.err) == (2, "")
    assert all(verb in ran.out for verb in VERBS)


def test_a_command_that_does_not_exist_is_told_those_that_do(synergies: Any, one_line: Any) -> None:
    said = one_line(synergies("recomend"))
    assert all(verb in said for verb in VERBS)


def test_a_missing_argument_is_named(synergies: Any, one_line: Any) -> None:
    assert "CHEMIN\N{NO-BREAK SPACE}»" in one_line(synergies("import"))
    assert "DOSSIER\N{NO-BREAK SPACE}»" in one_line(synergies("evaluate"))


def test_migrating_twice_says_that_nothing_is_left_to_do(synergies: Any) -> None:
    first, again = synergies("migrate"), synergies("migrate")
    assert (first.code, again.code) == (0, 0)
    assert "à la version" in first.out
    assert again.out.startswith("Rien à faire")


def test_a_missing_model_says_which_command_prepares_it(fixtures: Any, one_line: Any) -> None:
    ran = fixtures("recommend", "--department", "95", MODEL="")
    assert ran.code == 1
    assert one_line(ran).endswith("make model")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://moi:secret@127.0.0.1:1/absente",
        "sqlite:////proc/nulle/part.db",
        "mysql://hote/base",
        "n’importe quoi",
    ],
)
@pytest.mark.parametrize("arguments", [("migrate",), ("recommend", "--department", "95")])
def test_an_unusable_database_is_a_failure_in_one_line(
    synergies: Any, one_line: Any, url: str, arguments: tuple[str, ...]
) -> None:
    ran = synergies(*arguments, DATABASE_URL=url)
    assert ran.code == 1
    assert "secret" not in one_line(ran)


def test_a_file_that_is_no_database_is_a_failure_in_one_line(
    synergies: Any, one_line: Any, tmp_path: Path
) -> None:
    (tmp_path / "synergies.db").write_text("Ceci n’est pas une base." * 100, encoding="utf-8")
    assert one_line(synergies("recommend", "--department", "95"))


def test_a_reader_that_has_gone_is_no_news(fixtures: Any, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("", encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        started = fixtures.started(
            "import", ROOT / "data/fixtures", "--json", stdout=writer, stderr=subprocess.PIPE
        )
    finally:
        os.close(writer)
    assert started.communicate(timeout=60)[1] == b""
    assert started.returncode == 1


def test_two_processes_give_the_same_answer_to_the_last_character(fixtures: Any) -> None:
    """Whatever seed Python hashes with, cursor and version of the index included."""
    ask = ("recommend", "--need", "activité physique adaptée, groupes de 6", "--commune", "95018")
    page = ("--limit", "1", "--minimum-score", "0", "--json")
    started = []
    for seed in ("1", "2"):
        fixtures.environment["PYTHONHASHSEED"] = seed
        started.append(fixtures.started(*ask, *page, stdout=subprocess.PIPE))
    first, second = (process.communicate(timeout=60)[0] for process in started)
    assert first == second
    assert json.loads(first)["next_cursor"]


def test_ctrl_c_stops_at_once_and_in_silence(fixtures: Any, tmp_path: Path) -> None:
    labelled = tmp_path / "set"
    labelled.mkdir()
    os.mkfifo(labelled / "corpus.jsonl")
    started = fixtures.started("evaluate", labelled, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with (labelled / "corpus.jsonl").open("wb"):  # waits until the command reads it
        started.send_signal(signal.SIGINT)
        assert started.communicate(timeout=60) == (b"", b"")
    assert started.returncode == 1


def test_another_model_is_embedded_and_then_used_by_every_command(synergies: Any) -> None:
    assert synergies("import", ROOT / "data" / "fixtures" / "actors.jsonl").code == 0
    done = synergies("embed", "--model", "hashing")
    assert done.code == 0
    assert "hashing" in done.out
    # What was published wins over the setting, which names none that can be opened.
    assert synergies("recommend", "--department", "95", MODEL="/nowhere").code == 0

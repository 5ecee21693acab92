import json
from pathlib import Path
from typing import Any

import pytest

NEEDS = {"q-velo": "réparer un vélo", "q-cuisine": "une cuisine", "q-rien": "jouer du piano"}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """120 documents, three queries, two of them judged."""
    folder = tmp_path / "jeu"
    folder.mkdir()
    documents = {"d-velo": "réparer un vélo", "d-cuisine": "prêter une cuisine"}
    documents |= {f"d-{number:03}": f"jardin {number}" for number in range(118)}
    for name, texts in (("corpus", documents), ("queries", NEEDS)):
        rows = [json.dumps({"id": key, "text": text}) for key, text in texts.items()]
        (folder / f"{name}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    judged = [
        "query_id\tdoc_id\trelevance\tnote",
        "q-velo\td-velo\t1\tici",
        "q-cuisine\td-cuisine\t2",
    ]
    (folder / "qrels.tsv").write_text("\n".join(judged), encoding="utf-8")
    return folder


def test_a_person_reads_a_table_of_four_systems(synergies: Any, labelled: Path) -> None:
    ran = synergies("evaluate", labelled)
    assert (ran.code, ran.err) == (0, "")
    assert "2 requêtes, 120 documents" in ran.out
    for shown in ("Synergies", "BM25", "TF-IDF", "dense seul", "nDCG@10", "MRR@10", "recall@10"):
        assert shown in ran.out
    assert "1,000" in ran.out
    assert "écart [IC 95 %]" in ran.out
    assert "+0,000 [+0,000 ; +0,000]" in ran.out


def test_json_gives_the_figures_of_each_system(synergies: Any, labelled: Path) -> None:
    ran = synergies("evaluate", labelled, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert {key: ran.json[key] for key in ("set", "queries", "documents")} == {
        **{"set": "jeu", "queries": 2, "documents": 120}
    }
    figures = {row.pop("system"): row for row in ran.json["figures"]}
    assert list(figures) == ["synergies", "bm25", "tf-idf", "dense", "fusion"]
    assert figures["synergies"] == {"ndcg@10": 1.0, "mrr@10": 1.0, "recall@10": 1.0}
    for name in ("bm25", "tf-idf", "dense", "fusion"):
        baseline = figures[name]
        assert baseline["difference"] == 1.0 - baseline["ndcg@10"]
        assert baseline["low"] <= baseline["difference"] <= baseline["high"]


def test_details_show_each_judged_query_worst_loss_first(
    synergies: Any, labelled: Path, tmp_path: Path
) -> None:
    with (labelled / "qrels.tsv").open("a", encoding="utf-8") as judged:
        judged.write("\nq-rien\td-absent\t1")
    ran = synergies("evaluate", labelled, "--details", tmp_path / "requetes.tsv")
    assert (ran.code, ran.err) == (0, "")
    head, *lines = (tmp_path / "requetes.tsv").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    assert {row["query_id"]: row["query"] for row in rows} == NEEDS
    differences = [float(row["difference"]) for row in rows]
    assert differences == sorted(differences)
    velo = next(row for row in rows if row["query_id"] == "q-velo")
    assert velo["first"] == velo["best_relevant"] == "d-velo: réparer un vélo"
    assert (velo["ndcg_synergies"], velo["rank"]) == ("1.000", "1")
    absent = next(row for row in rows if row["query_id"] == "q-rien")
    assert (absent["best_relevant"], absent["rank"]) == ("d-absent", "")


def test_a_run_has_the_first_hundred_of_every_query_best_first(
    synergies: Any, labelled: Path, tmp_path: Path
) -> None:
    ran = synergies("evaluate", labelled, "--run", tmp_path / "nous.tsv", "--json")
    lines = [line.split("\t") for line in (tmp_path / "nous.tsv").read_text().splitlines()]
    assert ran.code == 0
    assert {len(line) for line in lines} == {4}
    for number, query in enumerate(NEEDS):
        own = lines[number * 100 : number * 100 + 100]
        assert {line[0] for line in own} == {query}
        assert [int(line[2]) for line in own] == list(range(1, 101))
        scores = [float(line[3]) for line in own]
        assert scores == sorted(scores, reverse=True)
        assert len({line[1] for line in own}) == 100
    assert (lines[0][1], lines[100][1]) == ("d-velo", "d-cuisine")


def test_evaluating_twice_writes_the_same_run(
    synergies: Any, labelled: Path, tmp_path: Path
) -> None:
    for name in ("un", "deux"):
        assert synergies("evaluate", labelled, "--run", tmp_path / name).code == 0
    assert (tmp_path / "un").read_bytes() == (tmp_path / "deux").read_bytes()


def test_a_broken_line_is_named(synergies: Any, one_line: Any, labelled: Path) -> None:
    with (labelled / "queries.jsonl").open("a", encoding="utf-8") as queries:
        queries.write("\n{")
    ran = synergies("evaluate", labelled, "--json")
    assert ran.code == 2
    assert "ligne 4" in one_line(ran)
    assert "queries.jsonl" in one_line(ran)


def test_a_folder_that_is_not_there_is_named(synergies: Any, one_line: Any, tmp_path: Path) -> None:
    ran = synergies("evaluate", tmp_path / "absent")
    assert ran.code == 2
    assert "absent" in one_line(ran)


@pytest.mark.parametrize("option", ["--run", "--details"])
@pytest.mark.parametrize("where", ["nulle/part.tsv", "."])
def test_a_file_that_cannot_be_written_is_refused(
    synergies: Any, one_line: Any, labelled: Path, tmp_path: Path, where: str, option: str
) -> None:
    ran = synergies("evaluate", labelled, option, tmp_path / where)
    assert ran.code == 2
    assert "ne peut pas être écrit" in one_line(ran)


def test_a_missing_model_is_a_failure_of_the_installation(
    synergies: Any, one_line: Any, labelled: Path
) -> None:
    ran = synergies("evaluate", labelled, MODEL="")
    assert ran.code == 1
    assert one_line(ran).endswith("make model")

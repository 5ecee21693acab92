from fastapi.testclient import TestClient


def test_the_sheet_names_every_weight_that_answers_use(client: TestClient) -> None:
    sheet = client.get("/algorithm").json()
    used = client.get("/recommendations?department=95").json()["weights"]
    assert {one["feature"]: one["weight"] for one in sheet["parameters"]} == used


def test_the_sheet_says_what_is_refused_and_who_decides(client: TestClient) -> None:
    sheet = client.get("/algorithm").json()
    assert "candidats" in sheet["refused_uses"][0]
    assert "personne" in sheet["contribution"]


def test_every_sentence_of_the_sheet_is_written_in_both_languages(client: TestClient) -> None:
    for language in ("fr", "en"):
        text = client.get("/algorithm", headers={"Accept-Language": language}).text
        assert "algorithm." not in text
        assert '"feature.' not in text


def test_the_versions_are_those_of_the_answers(client: TestClient) -> None:
    versions = client.get("/algorithm").json()["versions"]
    answer = client.get("/recommendations?department=95").json()
    assert (versions["model"], versions["index_version"]) == (
        answer["model"],
        answer["index_version"],
    )
    assert versions["actors"] == 7

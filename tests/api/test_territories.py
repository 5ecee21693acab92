import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("code", ["95", "department:95", "val-d-oise", "Val d'Oise"])
def test_a_territory_is_found_by_identifier_code_or_name(client: TestClient, code: str) -> None:
    card = client.get(f"/territories/{code}").json()
    assert card["id"] == "department:95"
    assert [parent["id"] for parent in card["parents"]] == ["region:11", "country:FR"]


def test_a_card_counts_the_actors_who_sit_there(client: TestClient) -> None:
    card = client.get("/territories/95").json()
    assert card["actors"] == {"social_worker": 3, "social_entrepreneur": 3}


def test_a_commune_has_its_postal_codes_and_centre(client: TestClient) -> None:
    card = client.get("/territories/commune:95018").json()
    assert card["postal_codes"] == ["95100"]
    assert (round(card["latitude"]), round(card["longitude"])) == (49, 2)


def test_an_unknown_territory_is_not_found(client: TestClient) -> None:
    response = client.get("/territories/nullepart-sur-rien-du-tout")
    assert response.status_code == 404
    assert response.json()["errors"][0]["parameter"] == "code"


def test_a_name_of_several_territories_lists_them_as_addresses(client: TestClient) -> None:
    response = client.get("/territories/saint-denis")
    assert (response.status_code, response.json()["code"]) == (422, "ambiguous-territory-code")
    assert "commune:93066" in response.json()["detail"]

"""The page of settings: what other weights would change is what they change."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.usecases.compare_weights import compare_weights
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.weight_profiles import (
    list_profiles,
    remove_profile,
    save_profile,
    weights_of,
)
from matcher.wording.words import Words

FRENCH, ME = Words("fr"), Scope.everything()
NEAR = {"territory": 4.5, "a_to_b": 0.5, "b_to_a": 0.5}


def test_the_preview_shows_the_ranks_that_these_weights_really_give(
    application: Application,
) -> None:
    where = {"department": "95"}
    told = compare_weights(application, where, NEAR, FRENCH, ME)
    for weights, rank in ((None, "before"), (NEAR, "after")):
        query = RecommendationQuery(territories=where, weights=weights)
        real = [one.id for one in recommend(application, query, FRENCH, ME).items]
        shown = {getattr(one, rank): one.item.id for one in told.moved if getattr(one, rank)}
        assert [shown[place] for place in sorted(shown)] == real
    assert told.actors == 6


def test_the_usual_weights_change_nothing(application: Application) -> None:
    usual = application.matching.weights
    assert not compare_weights(application, {"department": "95"}, usual, FRENCH, ME).changes


def test_a_setting_is_tried_saved_applied_and_deleted(client: TestClient) -> None:
    page = client.get("/reglages?department=95&poids_territory=4.5").text
    assert "Enregistrer ces poids" in page
    fields = dict(re.findall(r'type="hidden" name="(poids_\w+)" value="([^"]*)"', page))
    name = "Proximité <b>d’abord</b>"
    saved = client.post("/reglages/enregistrer", data={**fields, "nom": name})
    assert "est enregistré" in saved.text
    assert "<b>" not in saved.text
    assert name in unescape(saved.text)
    assert re.search(r'name="poids_territory"[^>]*value="4.5"', saved.text)
    gone = client.post("/reglages/supprimer", data={"reglage": name})
    assert "Aucun pour l’instant" in gone.text


@pytest.mark.parametrize("query", ["poids_territory=99", "poids_domain=nan", "poids_publics=x"])
def test_a_wrong_weight_is_said_in_words(client: TestClient, query: str) -> None:
    page = client.get(f"/reglages?{query}")
    assert page.status_code == 422
    assert "est un nombre entre" in page.text


def test_the_fragment_is_only_the_preview(client: TestClient) -> None:
    part = client.get("/reglages?poids_territory=4", headers={"X-Fragment": "1"}).text
    assert "<html" not in part
    assert "Ce qui changerait" in part


@pytest.mark.every_engine
def test_a_setting_belongs_to_whoever_saved_it(application: Application) -> None:
    mine, other = (Scope(Role.COORDINATOR, code, (f"department:{code}",)) for code in ("95", "75"))
    save_profile(application, "Près", {"territory": 3.0}, mine)
    assert weights_of(application, "Près", mine) == {"territory": 3.0}
    assert list_profiles(application, other) == []
    with pytest.raises(NotFound):
        weights_of(application, "Près", other)
    with pytest.raises(NotFound):
        remove_profile(application, "Près", other)
    with pytest.raises(InvalidInput):
        save_profile(application, "Près", {"territory": 2.0}, other)
    with pytest.raises(InvalidInput):
        save_profile(application, "Rien", {}, mine)
    remove_profile(application, "Près", mine)
    assert list_profiles(application, ME) == []


def test_a_saved_setting_orders_the_territory(client: TestClient, application: Application) -> None:
    save_profile(application, "Près", {"base": -20.0}, ME)
    assert "velo-argenteuil" in client.get("/territoire?department=95").text
    assert "velo-argenteuil" not in client.get("/territoire?department=95&reglage=Près").text
    unknown = client.get("/territoire?department=95&reglage=Loin")
    assert unknown.status_code == 422
    assert "Ce réglage n’existe pas" in unknown.text

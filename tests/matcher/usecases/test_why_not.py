"""*Pourquoi pas X ?*: the answer agrees with the list, and every reason is a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.usecases.answer_pair import answer_pair
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.why_not import WhyNot, why_not
from matcher.wording.words import Words

Row = dict[str, Any]
Stored = Callable[..., None]
ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
ME = "ts-argenteuil-hotel-01"

pytestmark = pytest.mark.sqlite_only


def asked(application: Application, partner: str = "roues", **query: Any) -> WhyNot:
    question = RecommendationQuery(**{"actor_id": "odile"} | query)
    return why_not(application, question, partner, FRENCH, ALL)


def codes(answer: WhyNot) -> list[str]:
    for text in (answer.text, *(reason.text for reason in answer.reasons)):
        assert text
        assert not text.startswith("why_not.")
        assert "{" not in text
    return [reason.code for reason in answer.reasons]


@pytest.mark.parametrize("scope", [ALL, IN_95])
def test_it_agrees_with_the_list_for_everybody(application: Application, scope: Scope) -> None:
    query = RecommendationQuery(actor_id=ME, territories={"department": "95"}, limit=100)
    listed = recommend(application, query, FRENCH, scope)
    assert listed.next_cursor is None
    ranks = {item.partner.id: rank for rank, item in enumerate(listed.items, 1)}
    part = application.snapshot().parts[0]
    others = [name for name in part.ids if name.startswith("es-")][::3] + list(ranks)[:10]
    for name in set(others):
        try:
            answer = why_not(application, query, name, FRENCH, scope)
        except NotFound:
            assert scope is IN_95
            assert name not in ranks
            continue
        assert (answer.proposed, answer.rank) == (name in ranks, ranks.get(name))
        assert codes(answer) or answer.rank == 1


def test_the_first_is_told_so_and_the_next_what_puts_it_behind(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> None:
    nearer = entrepreneur_row | {"id": "nearer", "name": "Roue Libre", "commune": "95018"}
    store(worker_row, entrepreneur_row, nearer)
    first, second = asked(almost_empty, "nearer"), asked(almost_empty)
    assert (first.rank, codes(first)) == (1, [])
    assert "en tête de liste" in first.text
    assert (second.rank, codes(second)) == (2, ["behind.territory"])
    assert second.reasons[0].text == "Roue Libre, en tête, est plus proche."


def test_who_takes_no_new_contact_comes_later_and_is_told_so(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> None:
    free = entrepreneur_row | {"id": "free", "name": "Roue Libre"}
    store(worker_row, entrepreneur_row | {"capacity_per_month": 0}, free)
    answer = asked(almost_empty)
    assert (answer.proposed, answer.rank) == (True, 2)
    assert "full" in codes(answer)


def test_each_wish_that_leaves_it_out_is_named(desk: Application) -> None:
    assert asked(desk).proposed
    assert codes(asked(desk, radius_km=2.0)) == ["beyond_radius"]
    assert codes(asked(desk, territories={"department": "93"})) == ["elsewhere"]
    assert codes(asked(desk, domains=("numerique",))) == ["other_domain"]
    assert codes(asked(desk, publics=("familles",))) == ["other_public"]
    assert codes(asked(desk, minimum_score=1.0)) == ["below_minimum"]


def test_who_was_set_aside_is_told_so_and_who_is_known_only_on_request(
    desk: Application,
) -> None:
    answer_pair(desk, "odile", "roues", "known", ALL)
    assert asked(desk).proposed
    assert codes(asked(desk, exclude_known=True)) == ["already_known"]
    answer_pair(desk, "odile", "roues", "declined", ALL)
    answer = asked(desk)
    assert (answer.proposed, answer.rank, codes(answer)) == (False, None, ["declined"])
    assert codes(asked(desk, exclude_known=True)) == ["declined"]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"commune": "13055"}, "too_far", "c’est trop loin"),
        ({"kind": "social_worker"}, "same_side", "du même côté"),
        ({"needs": [], "offers": []}, "says_too_little", "ni besoin ni offre"),
        ({"needs": ["Une salle"], "offers": []}, "", ""),
        (
            {"needs": [], "offers": ["Du compost pour des jardins"]},
            "unanswered",
            "Aucune offre de l’un ne répond",
        ),
        (
            {
                "needs": [],
                "offers": ["Atelier de réparation de vélos, mais pas de jeunes sans emploi"],
            },
            "excluded",
            "semble écarter",
        ),
    ],
)
def test_each_reason_in_the_profiles_is_a_sentence(
    almost_empty: Application,
    store: Stored,
    worker_row: Row,
    entrepreneur_row: Row,
    change: Row,
    code: str,
    said: str,
) -> None:
    store(worker_row, entrepreneur_row | change)
    answer = asked(almost_empty)
    assert codes(answer) == ([code] if code else [])
    assert said in " ".join(reason.text for reason in answer.reasons)
    texts = [*worker_row["needs"], *worker_row["offers"], *answer_texts(entrepreneur_row | change)]
    for reason in answer.reasons:
        for quote in reason.evidence:
            assert any(quote.quote == text[quote.start : quote.end] for text in texts)


def answer_texts(row: Row) -> list[str]:
    return [*row["needs"], *row["offers"]]


@pytest.mark.parametrize("hidden", ["es-bondy-cuisine-01", "es-drancy-laptop-01"])
def test_who_is_elsewhere_is_as_unknown_as_nobody(application: Application, hidden: str) -> None:
    told = []
    for name in (hidden, "nobody"):
        with pytest.raises(NotFound) as refused:
            why_not(application, RecommendationQuery(actor_id=ME), name, FRENCH, IN_95)
        told.append((refused.value.code, refused.value.pointer, FRENCH.error(refused.value)))
    assert told[0] == (told[1][0], told[1][1], told[1][2].replace("nobody", hidden))


def test_names_are_elided_and_take_their_article(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> None:
    called = {"organization": "CCAS des Lignières"}, {"organization": "Un Bail pour Demain"}
    offers = {"needs": [], "offers": ["Du compost pour des jardins"]}
    store(worker_row | called[0], entrepreneur_row | called[1] | offers)
    (reason,) = asked(almost_empty).reasons
    assert "le besoin du CCAS des Lignières" in reason.text
    assert "l’offre d’Un Bail pour Demain" in reason.text


def test_a_question_without_an_actor_or_of_one_alone_is_refused(desk: Application) -> None:
    with pytest.raises(InvalidInput, match="question-empty"):
        asked(desk, actor_id=None)
    with pytest.raises(InvalidInput, match="pair-of-one"):
        asked(desk, "odile")
    with pytest.raises(InvalidInput, match="radius"):
        asked(desk, radius_km=-1.0)

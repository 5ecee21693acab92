"""One synergy by its two ends: the same as in the list, and only in sight."""

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.usecases.judge_pair import judge_pair
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
IN_93 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:93",))
OPTED_OUT = "ts-osny-mjpm-01"
PAIR = ("ts-cergy-mecs-01", "es-cergy-colocs-01")


def test_a_pair_alone_is_told_as_in_the_list(application: Application) -> None:
    query = RecommendationQuery(territories={"department": "95"}, limit=5)
    for item in recommend(application, query, FRENCH, ME).items:
        assert judge_pair(application, item.actor.id, item.partner.id, FRENCH, ME) == item


def test_whoever_of_the_two_comes_first_it_is_the_same_pair(application: Application) -> None:
    one, other = (judge_pair(application, *pair, FRENCH, ME) for pair in (PAIR, PAIR[::-1]))
    assert (one.id, one.score) == (other.id, other.score)
    assert one.scores.a_to_b == other.scores.b_to_a


def test_two_who_have_nothing_for_each_other_have_no_reason(application: Application) -> None:
    item = judge_pair(application, "ts-montmagny-01", "es-fosses-01", FRENCH, ME)
    assert not any(reason.evidence for reason in item.reasons)


@pytest.mark.parametrize(
    ("pair", "pointer"), [(("nobody", PAIR[1]), "actor_id"), ((PAIR[0], "\udc00"), "partner_id")]
)
def test_who_does_not_exist_is_not_found(
    application: Application, pair: tuple[str, str], pointer: str
) -> None:
    with pytest.raises(NotFound) as refused:
        judge_pair(application, *pair, FRENCH, ME)
    assert refused.value.pointer == pointer


def test_who_is_elsewhere_is_as_unknown_as_nobody(application: Application) -> None:
    assert judge_pair(application, *PAIR, FRENCH, IN_95).reasons
    with pytest.raises(NotFound, match="unknown-actor"):
        judge_pair(application, PAIR[0], "es-drancy-laptop-01", FRENCH, IN_95)


@pytest.mark.parametrize("pair", [(OPTED_OUT, PAIR[1]), (PAIR[0], OPTED_OUT)])
def test_that_somebody_refuses_to_be_matched_is_told_to_who_may_write_it_down(
    application: Application, pair: tuple[str, str]
) -> None:
    for scope in (ME, IN_95):
        with pytest.raises(InvalidInput, match="actor-opted-out"):
            judge_pair(application, *pair, FRENCH, scope)
    with pytest.raises(NotFound, match="unknown-actor"):
        judge_pair(application, *pair, FRENCH, IN_93)


def test_nobody_is_a_synergy_with_itself(application: Application) -> None:
    with pytest.raises(InvalidInput, match="pair-of-one"):
        judge_pair(application, PAIR[0], PAIR[0], FRENCH, ME)

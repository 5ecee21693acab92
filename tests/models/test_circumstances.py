"""Who and what an offer leaves out, read in its words, and what that does to a match."""

from pathlib import Path
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.profiles import Role
from models.ages import OLDEST, Ages, ages_in
from models.analysis import ExpandingEncoder, analyse
from models.circumstances import circumstance_terms, read_circumstances
from models.hashing import HashingEncoder
from models.lexicon import load_lexicon
from models.matching import load_matching
from models.restrictions import required_passages, reserved_passages

HERE = Path(__file__).parent
LONG = 100_000


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("un jeune de 16 ans", "pas de public mineur"),
        ("un MNA", "mineurs non acceptés"),
        ("deux ados", "majeurs seulement"),
        ("avec son chien", "nos amies les bêtes ne sont pas acceptées"),
        ("une place ce soir", "hors urgence"),
        ("à loger dès demain", "nous ne traitons pas les urgences"),
        ("une mère et ses deux enfants", "sauf familles"),
        ("couple avec bébé", "familles non admises"),
        ("il boit de l’alcool", "ne prenons pas en charge l’alcool"),
        ("consommateur de cannabis", "hors addictions"),
        ("un homme", "exclusivement pour les femmes"),
        ("une femme", "réservé aux hommes"),
        ("un couple", "femmes uniquement"),
        ("un usager PMR", "inaccessible aux fauteuils"),
        ("où passer la nuit", "en journée uniquement"),
        ("repas du dimanche", "en semaine uniquement"),
        ("il ne parle pas français", "maîtrise du français exigée"),
        ("un homme sans papiers", "titre de séjour exigé"),
        ("une dame de 62 ans", "18-25 ans uniquement"),
        ("des seniors", "moins de 30 ans"),
        ("une fille de 9 ans", "à partir de 12 ans"),
        ("un jeune", "réservé aux + de 60 ans"),
        ("une adolescente", "interdit aux moins de 18 ans"),
        ("personne sans permis", "permis B obligatoire"),
        ("une dame sans RIB", "aide versée sur un compte, RIB obligatoire"),
        ("un enfant non vacciné", "vaccins à jour obligatoires"),
        ("ne sait pas nager", "sorties en mer, savoir nager"),
        ("ne touche pas le RSA", "pour les bénéficiaires du RSA et eux seuls"),
        ("elle ne peut plus porter", "port de charges incontournable"),
        ("une micro-entrepreneuse", "réservé aux particuliers"),
        ("titre de séjour en attente", "titre de séjour exigé"),
        ("fiché à la Banque de France", "microcrédit, refus systématique en cas de fichage"),
        ("manger le week-end", "repas servis en semaine"),
        ("un jeune avec son chien refuse tout", "chiens refusés"),
    ],
)
def test_an_offer_leaves_out_the_kinds_and_the_synonyms_of_what_it_names(
    need: str, offer: str
) -> None:
    about = {term for term in circumstance_terms(need) if not term.startswith("!")}
    assert any("!" + term in circumstance_terms(offer) for term in about)


@pytest.mark.parametrize("text", (HERE / "no_exclusions.txt").read_text("utf-8").splitlines())
def test_what_only_looks_like_an_exclusion_leaves_nobody_out(text: str) -> None:
    assert not [term for term in circumstance_terms(text) if term.startswith("!")]


@pytest.mark.parametrize(
    ("name", "least"), [("exclusions.tsv", 0.92), ("exclusions_apart.tsv", 0.92)]
)
def test_an_offer_that_excludes_what_is_needed_falls_below_one_that_does_not(
    name: str, least: float
) -> None:
    """Both files flatter: who wrote the triples wrote the rules; of the misses apart, two were."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    triples = [line.split("\t") for line in lines]
    right = [_lexical(need, better) > _lexical(need, worse) for need, better, worse in triples]
    assert len(triples) >= 100
    assert sum(right) / len(right) >= least


def test_an_offer_that_is_full_is_in_vain_for_every_need() -> None:
    offer = "Résidence pour jeunes"
    assert _lexical("un studio", f"{offer}, actuellement complète") < _lexical("un studio", offer)


@pytest.mark.parametrize("offer", ["Résidence : complet, plus de place", "Crèche, plus de place"])
def test_a_bare_word_says_that_an_offer_is_full(offer: str) -> None:
    assert "!#vacancy" in circumstance_terms(offer)


def test_a_service_that_is_complete_in_another_sense_is_not_full() -> None:
    assert "!#vacancy" not in circumstance_terms("Un accompagnement complet, sur deux ans")


def test_what_is_lacked_is_no_alarm_where_it_is_not_required() -> None:
    about = {"!" + term for term in circumstance_terms("une dame sans RIB")}
    assert not about & set(circumstance_terms("Aide versée même sans RIB"))
    assert not about & set(circumstance_terms("Aide versée, RIB non exigé"))


def test_who_is_named_beside_those_an_offer_is_for_is_not_left_out() -> None:
    found = circumstance_terms("Réservé aux femmes et aux couples")
    assert "!#man" in found
    assert "!#couple" not in found


def test_a_home_for_children_is_no_group_of_men() -> None:
    assert "#man" not in circumstance_terms("Tonte du terrain de la MECS")


def test_a_service_that_is_open_in_the_week_and_at_the_week_end_leaves_neither_out() -> None:
    offer = "Repas servis en semaine et le week-end"
    assert _lexical("manger le week-end", offer) >= _lexical("manger", offer)


def test_lodging_without_urgency_still_lodges() -> None:
    found = circumstance_terms("Hébergement de femmes, pas d’hébergement d’urgence")
    assert "!#emergency" in found
    assert "!#lodging" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un jeune de 16 ans", [Ages(16, 16, ranged=False)]),
        ("18-25 ans", [Ages(18, 25)]),
        ("de 18 a 25 ans", [Ages(18, 25)]),
        ("entre 18 et 25 ans", [Ages(18, 25)]),
        ("les 16/25", [Ages(16, 25)]),
        ("des 12 ans", [Ages(12, OLDEST)]),
        ("a partir de 18 ans", [Ages(18, OLDEST)]),
        ("+ de 60 ans", [Ages(60, OLDEST)]),
        ("60 ans et plus", [Ages(60, OLDEST)]),
        ("moins de 26 ans", [Ages(0, 25)]),
        ("jusqu'a 25 ans", [Ages(0, 25)]),
        ("depuis 10 ans", []),
        ("20 ans d'experience", []),
        ("bail de 3 ans", []),
        ("hebergement jusqu'a 2 ans", []),
        ("12 mois", []),
        ("300 ans", []),
    ],
)
def test_ages_are_read_and_durations_are_not(text: str, expected: list[Ages]) -> None:
    assert list(ages_in(text)) == expected


def test_a_young_person_is_not_lost_for_those_who_help_from_16_to_21() -> None:
    about = {term for term in circumstance_terms("un jeune à loger") if "/" in term}
    assert not {"!" + term for term in about} & set(circumstance_terms("pour les 16-21 ans"))


def test_every_circumstance_refers_to_others_that_exist() -> None:
    known = read_circumstances()
    assert all({*one.within, *one.opposed} <= set(known) for one in known.values())


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                "pas de|mineurs|sauf|réservé aux|femmes|18-25 ans|uniquement|exclus :|,|(|non admis"
                "|exigé|dès 12 ans|avec ses|enfants|n’accueille que".split("|")
            ),
        ),
        max_size=15,
    ).map(" ".join)
)
def test_any_text_can_be_read_and_is_read_the_same_twice(text: str) -> None:
    found = circumstance_terms(text)
    assert found == circumstance_terms(text)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "unit",
    "avec |1|18-|18 |uniquement |réservé aux |il faut |exclus : |exclus (a|mère et |alcool|entre "
    "|a |+ |non |n'a qu'|, |nous ne a pas |18 ans ".split("|"),
)
def test_a_hostile_text_takes_no_more_than_its_length_deserves(unit: str) -> None:
    text = (unit * LONG)[:LONG]
    began = thread_time()
    circumstance_terms(text), reserved_passages(text[:5000]), required_passages(text[:5000])
    assert thread_time() - began < 1


def _lexical(need: str, offer: str) -> float:
    model = load_matching(ExpandingEncoder(HashingEncoder(8), load_lexicon()).model_id).model
    given_ = model.weigh(analyse(offer), Role.OFFER)
    asked = model.weigh(analyse(need), Role.NEED)
    return sum(weight * given_.get(term, 0.0) for term, weight in asked.items())


def test_who_must_have_a_child_may_be_of_any_age() -> None:
    text = "Cours de français. Condition : avoir un enfant scolarisé."

    assert not [term for term in analyse(text) if term.startswith("!#adult")]

"""An exchange is one good sentence: who brings what to whom, where, and what they share."""

import re
from dataclasses import replace

import pytest

from matcher.engine.links import Evidence
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.reasons import Reason, Way
from matcher.store.vocabularies import domain_labels, public_labels
from matcher.wording.quoting import OVERFLOW
from matcher.wording.reasons import SENTENCE_CHARACTERS, SHORTEST_QUOTE, reason_text
from matcher.wording.words import Words

FRENCH, ENGLISH = Words("fr"), Words("en")
LABELS = domain_labels() | public_labels()
ARGENTEUIL = Place(frozenset({"commune:95018"}), commune="commune:95018", name="Argenteuil")
LE_HAVRE = Place(frozenset({"commune:76351"}), commune="commune:76351", name="Le Havre")
VAL_D_OISE = Place(frozenset({"department:95"}), department="department:95", name="Val-d'Oise")
WORKER = Actor("w", Kind.SOCIAL_WORKER, "Nadia", "Équipe mobile du Parisis", place=ARGENTEUIL)
KITCHEN = Actor("k", Kind.SOCIAL_ENTREPRENEUR, "Solange", "La Louche Commune", place=ARGENTEUIL)
UNSAVED = Actor("u", Kind.SOCIAL_WORKER, "", place=ARGENTEUIL)
NEED, OFFER = "Nous cherchons une cuisine.", "On prête notre cuisine le mercredi"


def said(
    actor: Actor = WORKER,
    partner: Actor = KITCHEN,
    words: Words = FRENCH,
    *,
    direction: Way = "a_to_b",
    need: str = NEED,
    offer: str = OFFER,
    **parameters: object,
) -> str:
    """The sentence of an exchange, its non-breaking spaces made plain."""
    evidence = (
        Evidence("needy", "needs[0]", 0, len(need), need),
        Evidence("giver", "offers[0]", 0, len(offer), offer),
    )
    reason = Reason("offer_answers_need", direction, parameters, evidence)
    text = reason_text(reason, actor, partner, LABELS, words)
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text)


def test_an_exchange_names_everything_in_one_sentence() -> None:
    assert said(commune="Argenteuil", domains=("mobilite--acceder-a-un-vehicule",)) == (
        "L’offre de La Louche Commune, « on prête notre cuisine le mercredi », peut répondre, à"
        " Argenteuil, au besoin de l’Équipe mobile du Parisis : « Nous cherchons une cuisine »"
        " (thème commun : Accéder à un véhicule)."
    )


def test_a_quote_that_begins_inside_a_sentence_says_so() -> None:
    whole = "On prête notre cuisine, et un jardin le samedi"
    giver = replace(KITCHEN, offers=(Statement(Role.OFFER, whole),))
    start = whole.index("un jardin")
    evidence = (
        Evidence("needy", "needs[0]", 0, len(NEED), NEED),
        Evidence("giver", "offers[0]", start, len(whole), whole[start:]),
    )
    reason = Reason("offer_answers_need", "a_to_b", {}, evidence)

    assert "[…] un jardin le samedi" in reason_text(reason, WORKER, giver, LABELS, FRENCH)


def test_who_is_not_stored_is_addressed_whichever_way_it_goes() -> None:
    assert said(UNSAVED, distance_km=4.2) == (
        "L’offre de La Louche Commune, « on prête notre cuisine le mercredi », peut répondre, à"
        " 4 km, à votre besoin : « Nous cherchons une cuisine »."
    )
    assert said(KITCHEN, UNSAVED, distance_km=0.2) == (
        "Votre offre, « on prête notre cuisine le mercredi », peut répondre, à moins de 1 km, au"
        " besoin de La Louche Commune : « Nous cherchons une cuisine »."
    )


def test_the_direction_says_who_brings_to_whom() -> None:
    sentence = said(direction="b_to_a")
    assert sentence.startswith("L’offre de l’Équipe mobile du Parisis")
    assert "au besoin de La Louche Commune :" in sentence


def test_english_says_the_same() -> None:
    assert said(words=ENGLISH, distance_km=4.2, publics=("jeunes",)) == (
        "The offer of La Louche Commune, “on prête notre cuisine le mercredi”, may meet, 4 km away,"
        " a need of Équipe mobile du Parisis: “Nous cherchons une cuisine” (people in common:"
        " Jeunes)."
    )


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({"commune": "Argenteuil", "distance_km": 0.0}, ", à Argenteuil,"),
        ({"commune": "Le Havre"}, ", au Havre,"),
        ({"commune": "L'Isle-Adam"}, ", à L’Isle-Adam,"),
        ({"distance_km": 12.4}, ", à 12 km,"),
        (
            {"distance_km": 640.0, "covered": ("a_to_b",)},
            ", dans une zone qui s’étend jusqu’à Argenteuil,",
        ),
        ({"covered": ("b_to_a",)}, ", à Argenteuil, sur un territoire commun,"),
        ({}, ""),
    ],
)
def test_where_they_are_is_said_as_people_do(parameters: dict[str, object], where: str) -> None:
    assert f"peut répondre{where} au besoin" in said(**parameters)  # type: ignore[arg-type]


def test_nobody_comes_on_the_spot_in_a_whole_departement() -> None:
    everywhere = replace(WORKER, place=VAL_D_OISE)
    comes = said(everywhere, covered=("a_to_b",))
    assert "peut répondre, sur un territoire commun (Val-d’Oise), au besoin" in comes
    both = said(everywhere, covered=("a_to_b", "b_to_a"))
    assert "peut répondre, à Argenteuil, sur un territoire commun, au besoin" in both
    assert "jusqu’au Havre" in said(replace(WORKER, place=LE_HAVRE), covered=("a_to_b",))


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("CCAS des Lignières", "du CCAS des Lignières"),
        ("Centre social du Pont", "du Centre social du Pont"),
        ("Mission locale des Trois Plaines", "de la Mission locale des Trois Plaines"),
        ("MECS Les Quatre Vents", "de la MECS Les Quatre Vents"),
        ("Crèche Les Petits", "de la Crèche Les Petits"),
        ("PMI du Canal", "de la PMI du Canal"),
        ("Équipe mobile Ruralité", "de l’Équipe mobile Ruralité"),
        ("Épicerie Le Cabas d'à Côté", "de l’Épicerie Le Cabas d’à Côté"),
        ("HUDA La Passerelle d'Oise", "de l’HUDA La Passerelle d’Oise"),
        ("IME-IMPro Les Chênes Verts", "de l’IME-IMPro Les Chênes Verts"),
        ("Les Gants Solidaires", "des Gants Solidaires"),
        ("Le Tabouret Bleu", "du Tabouret Bleu"),
        ("La Grande Échelle", "de La Grande Échelle"),
        ("L'Échappée Douce", "de L’Échappée Douce"),
        ("Un Toit d'Avance", "d’Un Toit d’Avance"),
        ("Œil pour Tous", "d’Œil pour Tous"),
        ("Hors Ligne", "de Hors Ligne"),
        ("Habitat et Humanisme", "d’Habitat et Humanisme"),
        ("Yves Colleville", "d’Yves Colleville"),
        ("1001 Ressources", "de 1001 Ressources"),
        ("3 Plaines", "de 3 Plaines"),
        ("11 Novembre solidaire", "de 11 Novembre solidaire"),
        ("Boulons & Boussole", "de Boulons & Boussole"),
        ("Médiation Dame Blanche", "de Médiation Dame Blanche"),
        ("NETPLUS SOLIDAIRE", "de NETPLUS SOLIDAIRE"),
        ("Emmaüs & Cie.", "d’Emmaüs & Cie"),
        ("Association « Le Phare »", "de l’Association “Le Phare”"),
        ("{giver} %s", "de {giver} %s"),
    ],
)
def test_any_name_stands_behind_de(name: str, of: str) -> None:
    both = said(replace(WORKER, organization=name), replace(KITCHEN, organization=name))
    assert both.startswith(f"L’offre {of}, «")
    assert f"au besoin {of} : «" in both


@pytest.mark.parametrize("code", sorted(LABELS))
def test_every_label_ends_a_sentence_well(code: str) -> None:
    for parameters in ({"domains": (code, "other")}, {"publics": (code,)}):
        sentence = said(distance_km=4.0, **parameters)
        assert sentence.endswith(
            f"» ({'thème' if 'domains' in parameters else 'public'} commun : {LABELS[code]})."
        )
        assert well_set(sentence)


def test_a_theme_is_named_before_a_public() -> None:
    assert "public" not in said(domains=("sante--acces-aux-soins",), publics=("jeunes",))


@pytest.mark.parametrize(
    "need", [NEED, "Une salle ?", "« Prêts », dit-on.", "(urgent) un lit…", "x, "]
)
@pytest.mark.parametrize(
    "offer", [OFFER, "14 T3 ; loyers bas.", "Visites : « chez eux » !", "etc."]
)
def test_no_quote_breaks_the_sentence(need: str, offer: str) -> None:
    assert well_set(said(need=need, offer=offer, distance_km=3.0, publics=("jeunes",)))


def test_a_sentence_stays_readable_whatever_is_quoted() -> None:
    long = "un atelier cuisine avec des familles, deux fois par mois, " * 20
    shared = ("famille--garde-denfants",)
    for need, offer in ((long, long), (long, OFFER), (NEED, long)):
        sentence = said(need=need, offer=offer, distance_km=12.0, domains=shared)
        assert len(sentence) <= OVERFLOW * SENTENCE_CHARACTERS
        assert well_set(sentence)


def test_long_names_leave_a_quote_its_least_room() -> None:
    long = "un atelier cuisine avec des familles, deux fois par mois, " * 20
    wordy = replace(WORKER, organization="Service d’accueil et d’accompagnement " * 6)
    frame = said(wordy, need="", offer="")
    assert len(said(wordy, need=long, offer=long)) <= len(frame) + 2 * OVERFLOW * SHORTEST_QUOTE


def well_set(sentence: str) -> bool:
    """One sentence: two quotes, none inside another, no mark twice, one full stop at the end."""
    outside = re.sub("«[^«»]*»", "¤", sentence)
    return (
        outside.count("¤") == 2
        and not re.search("[«»]", outside)
        and not re.search(r"[.,;:!?] ?[.,;:]| [.,)]|  |\(\)|'", outside)
        and sentence.endswith(".")
        and sentence.count("  ") == 0
    )

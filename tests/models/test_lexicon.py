"""The lexicon finds acronyms and jargon, spells them out, and explains them to the other side."""

import time

import pytest

from matcher.engine.profiles import Kind
from models.lexicon import Lexicon, load_lexicon

WORKER, ENTREPRENEUR = Kind.SOCIAL_WORKER, Kind.SOCIAL_ENTREPRENEUR


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def found(lexicon: Lexicon, text: str, writer: Kind | None = None) -> dict[str, str]:
    return {text[one.start : one.end]: one.entry.expansion for one in lexicon.find(text, writer)}


def test_acronym_is_followed_by_its_expansion(lexicon: Lexicon) -> None:
    assert (
        lexicon.expand("Cherche placement en MECS, vite")
        == "Cherche placement en MECS (maison d’enfants à caractère social), vite"
    )


@pytest.mark.parametrize(
    "written",
    ["EHPAD", "EHPADs", "E.H.P.A.D.", "Ehpad", "ehpad", "l’EHPAD", "d'ehpad", "CHU/EHPAD"],
)
def test_acronym_is_found_however_it_is_written(lexicon: Lexicon, written: str) -> None:
    assert any(one.entry.term == "EHPAD" for one in lexicon.find(f"Atelier avec {written} voisin"))


@pytest.mark.parametrize(
    "text",
    [
        "Les mecs du quartier veulent jouer au foot",
        "Il plie le linge et il est las",
        "Une pièce de plus pour le logement social, loyer modéré",
        "Nous voulons agir pour le logement et l’emploi des réfugiés",
        "Prévention spé dans le quartier",
        "J’AI BESOIN D’AIDE POUR UN DOSSIER",
        "SERVICE DE PROXIMITÉ",
        "Écrire à ccas@ville.fr ou voir www.caf.fr et service.ars.fr",
        "3000 CD et 50 DVD à donner",
    ],
)
def test_ordinary_words_and_addresses_are_no_acronyms(lexicon: Lexicon, text: str) -> None:
    assert lexicon.expand(text) == text


def test_acronym_that_is_also_a_word_is_read_in_small_letters_with_strong_context(
    lexicon: Lexicon,
) -> None:
    assert "mecs" in found(lexicon, "place en mecs pour des enfants en attente de placement")


@pytest.mark.parametrize(
    ("text", "expansion"),
    [
        ("Jeunes majeurs confiés à l’ASE", "aide sociale à l’enfance"),
        ("Recrutement d’un agent au grade d’ASE", "assistant socio-éducatif"),
        ("Réfugié hébergé en CPH", "centre provisoire d’hébergement"),
        ("Licenciement contesté au CPH par le salarié", "conseil de prud’hommes"),
        ("CER signé par l’allocataire du RSA", "contrat d’engagements réciproques"),
        ("Mineur placé en CER par la justice", "centre éducatif renforcé"),
        ("ESS de l’élève avec l’enseignant référent", "équipe de suivi de la scolarisation"),
        ("Découvrir les entreprises de l’ESS", "économie sociale et solidaire"),
        ("Auxiliaire de vie sociale (AVS) à l’école", "auxiliaire de vie sociale"),
    ],
)
def test_context_tells_the_sense_of_an_acronym(lexicon: Lexicon, text: str, expansion: str) -> None:
    assert expansion in found(lexicon, text).values()


def test_without_context_the_most_common_sense_is_given_as_unsure(lexicon: Lexicon) -> None:
    (only,) = lexicon.find("ASE")
    assert (only.entry.expansion, only.sure) == ("aide sociale à l’enfance", False)


def test_without_context_the_sense_of_the_writers_side_wins(lexicon: Lexicon) -> None:
    assert found(lexicon, "Un MAPA", ENTREPRENEUR)["MAPA"] == "marché à procédure adaptée"
    assert found(lexicon, "Un MAPA", WORKER)["MAPA"] == "maison d’accueil pour personnes âgées"


@pytest.mark.parametrize(
    "text",
    [
        "Maison d'enfants à caractère social (MECS)",
        "MECS : maisons d’enfants à caractère social",
    ],
)
def test_what_the_text_already_explains_is_not_said_again(lexicon: Lexicon, text: str) -> None:
    assert lexicon.expand(text) == text


def test_an_acronym_is_spelled_out_once(lexicon: Lexicon) -> None:
    assert lexicon.expand("CCAS de Bondy, CCAS de Pantin").count("(") == 1


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Place en MECS", "Nos maisons d'enfants à caractère social"),
        ("Droit à la C2S", "Complémentaire santé solidaire"),
        ("Loger des BPI", "Logement de bénéficiaires de la protection internationale"),
        ("Éviter une sortie sèche", "Remise à la rue à la majorité"),
    ],
)
def test_both_ways_of_naming_a_thing_share_a_canonical_term(
    lexicon: Lexicon, short: str, long: str
) -> None:
    canonical = [
        {term for term in lexicon.terms_of(text) if term.startswith("=")} for text in (short, long)
    ]
    assert canonical[0] & canonical[1]


def test_terms_that_the_text_holds_are_not_repeated(lexicon: Lexicon) -> None:
    implied = lexicon.terms_of("MECS, enfants placés, maison")
    assert "caracter" in implied
    assert not {"enfant", "maison"} & set(implied)
    assert len(implied) == len(set(implied))


def test_the_other_side_is_told_what_a_term_means(lexicon: Lexicon) -> None:
    text = "Jeune en sortie sèche d’une MECS, à orienter vers un ACI, puis une autre MECS"
    assert [g.term for g in lexicon.explain(text, ENTREPRENEUR)] == ["sortie sèche", "MECS"]
    assert [g.term for g in lexicon.explain(text, WORKER)] == ["ACI"]
    assert [g.term for g in lexicon.explain(text, None)] == ["sortie sèche", "MECS", "ACI"]


def test_a_sense_that_is_not_sure_is_not_explained(lexicon: Lexicon) -> None:
    assert lexicon.explain("ASE", ENTREPRENEUR) == []


def test_the_side_of_the_writer_settles_a_sense_for_whoever_reads(lexicon: Lexicon) -> None:
    def told(writer: Kind) -> list[str]:
        return [gloss.expansion for gloss in lexicon.explain("Notre TPE", None, writer)]

    assert told(ENTREPRENEUR) == ["très petite entreprise"]
    assert told(WORKER) == ["tribunal pour enfants"]


def test_a_colleague_is_not_told_the_words_of_both(lexicon: Lexicon) -> None:
    text = "MECS et ACI"
    assert [g.term for g in lexicon.explain(text, WORKER, WORKER)] == ["ACI"]


def test_places_point_into_the_text_as_it_was_given(lexicon: Lexicon) -> None:
    text = "De\u0301pôt 😀 : l’« E.S.A.T. » et\u00a0l’I.M.E."
    assert [text[f.start : f.end] for f in lexicon.find(text)] == ["E.S.A.T.", "I.M.E."]


@pytest.mark.parametrize("text", ["", " ", "…", "\x00", "💶", "a" * 50_000])
def test_texts_without_words_imply_nothing(lexicon: Lexicon, text: str) -> None:
    assert (lexicon.expand(text), lexicon.terms_of(text)) == (text, [])


@pytest.mark.parametrize(
    "piece",
    ["ASE ", "A.", "a.", "maison d’enfants à ", "de ", "MA-", "x@", ".a", "((", "CHU CPH ASS "],
)
def test_hostile_texts_take_time_that_grows_with_their_length(lexicon: Lexicon, piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.thread_time()
        lexicon.expand(text)
        lexicon.terms_of(text)
        return time.thread_time() - start

    seconds(1_000)
    # Eight times the text: 8 if linear, 64 if quadratic; wide apart for a busy machine.
    short = max(seconds(10_000) for _ in range(3))
    assert min(seconds(80_000) for _ in range(3)) < 30 * max(short, 0.002)


def test_a_word_that_only_shares_the_stem_of_a_term_is_not_explained() -> None:
    meal, respite = (
        load_lexicon().explain(text, Kind.SOCIAL_ENTREPRENEUR, Kind.SOCIAL_WORKER)
        for text in ("des étudiants qui sautent des repas", "du répit pour les aidants")
    )
    assert [gloss.term for gloss in meal] == []
    assert "répit" in [gloss.term for gloss in respite]

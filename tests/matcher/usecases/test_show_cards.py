"""Cards: what both wrote in place, why in one sentence, and terms where they stand."""

from dataclasses import replace
from itertools import count

from matcher.bootstrap import Application
from matcher.engine.profiles import Kind, Role
from matcher.scope import Role as Who
from matcher.scope import Scope
from matcher.store.actors import save_actors
from matcher.usecases.answers import GlossAnswer, RecommendationItem
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.show_cards import SynergyCard, show_cards
from matcher.usecases.terms_in_place import Piece, pieces_of
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
ASE = GlossAnswer(term="ASE", expansion="aide sociale à l’enfance", explanation="Elle protège")


def items(application: Application) -> list[RecommendationItem]:
    query = RecommendationQuery(territories={"department": "95"}, limit=20)
    return recommend(application, query, FRENCH, ME).items


def cards(application: Application) -> list[SynergyCard]:
    return show_cards(application, items(application), FRENCH, ME)


def test_both_are_quoted_and_what_is_marked_is_the_quote(application: Application) -> None:
    for card in cards(application):
        proved = next(reason for reason in card.item.reasons if reason.evidence)
        quotes = {one.actor_id: one.quote for one in proved.evidence}
        ends = [card.item.actor.id, card.item.partner.id]
        assert [quote.actor.id for quote in card.quotes] == ends
        assert {quote.role for quote in card.quotes} == {"need", "offer"}
        for quote in card.quotes:
            marked = "".join(piece.text for piece in quote.pieces if piece.marked)
            assert marked == quotes[quote.actor.id]


def test_a_passage_stands_in_the_statement_it_was_taken_from(application: Application) -> None:
    item = items(application)[0]
    actor = application.actor(item.actor.id, None)
    assert actor is not None
    quote = next(one for one in item.reasons[0].evidence if one.actor_id == actor.id)
    role = Role.NEED if quote.field.startswith("need") else Role.OFFER
    longer = tuple(
        replace(statement, text=f"{statement.text} Rappeler avant midi.")
        for statement in actor.statements(role)
    )
    changed = replace(actor, needs=longer) if role is Role.NEED else replace(actor, offers=longer)
    with application.database.write() as connection:
        save_actors(connection, [changed], today=application.today())
    card = show_cards(application, [item], FRENCH, ME)[0]
    pieces = next(one for one in card.quotes if one.actor.id == actor.id).pieces
    assert "".join(piece.text for piece in pieces).endswith("Rappeler avant midi.")
    assert "".join(piece.text for piece in pieces if piece.marked) == quote.quote


def test_a_quote_whose_statement_has_changed_is_shown_alone(application: Application) -> None:
    item = items(application)[0]
    actor = application.actor(item.actor.id, None)
    assert actor is not None
    with application.database.write() as connection:
        silent = replace(actor, needs=(), offers=())
        save_actors(connection, [silent], today=application.today())
    quotes = show_cards(application, [item], FRENCH, ME)[0].quotes
    assert all(piece.marked for quote in quotes for piece in quote.pieces)


def test_nothing_around_a_quote_is_read_out_of_sight(application: Application) -> None:
    elsewhere = Scope(Who.COORDINATOR, "syn_abcdefgh", ("department:59",))
    for card in show_cards(application, items(application), FRENCH, elsewhere):
        assert card.seats == (None, None)
        assert all(piece.marked for quote in card.quotes for piece in quote.pieces)


def test_a_sentence_says_why_and_a_word_how_much(application: Application) -> None:
    for card in cards(application):
        assert card.why.endswith(".")
        assert "«" not in card.why
        assert "{" not in card.why
        assert card.word in {"high", "good", "fair", "low"}
        assert 0 < card.value <= 0.99
    assert any(card.why.endswith(", et réciproquement.") for card in cards(application))


def test_every_term_that_is_explained_is_explained_once(application: Application) -> None:
    for card in cards(application):
        pieces = [*card.terms, *(piece for quote in card.quotes for piece in quote.pieces)]
        glosses = [piece.gloss for piece in pieces if piece.gloss]
        proved = next(reason for reason in card.item.reasons if reason.evidence)
        assert {one.expansion for one in glosses} == {one.expansion for one in proved.glossary}
        numbers = [piece.number for piece in pieces if piece.gloss]
        assert len(set(numbers)) == len(numbers)


def test_an_asker_who_is_not_stored_is_spoken_to(application: Application) -> None:
    profile = {"kind": "social_worker", "commune": "95018", "needs": ["Un logement pour un jeune"]}
    query = RecommendationQuery(profile=profile, limit=3)
    found = recommend(application, query, FRENCH, ME).items
    assert found
    for card in show_cards(application, found, FRENCH, ME):
        assert "votre besoin" in card.why
        assert len(card.quotes) == 2


def cut(text: str, passage: str) -> tuple[Piece, ...]:
    start = text.index(passage)
    told = {ASE.expansion: ASE}
    return pieces_of(text, start, start + len(passage), Kind.SOCIAL_WORKER, told, count(1))


def test_a_term_is_explained_where_it_first_stands() -> None:
    text = "Bonjour. Un jeune de l’ASE cherche un toit. L’ASE suit."
    pieces = cut(text, "Un jeune de l’ASE cherche un toit.")
    assert "".join(piece.text for piece in pieces) == text
    explained = [piece for piece in pieces if piece.gloss]
    assert [(piece.text, piece.marked) for piece in explained] == [("ASE", True)]
    assert explained[0].told == "Aide sociale à l’enfance. Elle protège."


def test_a_long_statement_is_cut_between_words_far_from_the_passage() -> None:
    text = "avant " * 100 + "LE PASSAGE" + " après" * 100
    pieces = cut(text, "LE PASSAGE")
    assert (pieces[0].text, pieces[-1].text) == ("… ", " …")
    assert [piece.text for piece in pieces if piece.marked] == ["LE PASSAGE"]
    assert set("".join(piece.text for piece in pieces[1:-1]).split()) == {
        *("avant", "après", "LE", "PASSAGE")
    }

"""The page on how suggestions are computed: open to all, in plain words, true to the constants."""

import re
from dataclasses import replace
from html import unescape

from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.describe_algorithm import describe_algorithm
from matcher.usecases.mail_links import ALGORITHM_PATH
from matcher.wording.words import Words

FRENCH = Words("fr")


def text_of(application: Application) -> str:
    locked = replace(application.settings, auth="on", rate_limits="off")
    made = Application(locked, application.database, application.today)
    page = TestClient(create_app(made)).get(ALGORITHM_PATH)
    assert page.status_code == 200
    assert "<script" not in page.text
    return unescape(page.text)


def test_it_says_every_step_weight_and_refusal_of_the_sheet(application: Application) -> None:
    told, sheet = (
        text_of(application),
        describe_algorithm(application, FRENCH, Scope.everything()),
    )
    for said in (sheet.purpose, sheet.contribution, sheet.never_used, sheet.rights):
        assert said in told
    texts = [step.text for step in sheet.operations] + [source.text for source in sheet.data]
    assert [text for text in (*sheet.refused_uses, *texts) if text not in told] == []
    for one in sheet.parameters:
        assert FRENCH.decimal(one.weight) in told
        assert FRENCH.say(f"algorithm.plain.feature.{one.feature}") in told
    for step in sheet.operations:
        assert FRENCH.say(f"algorithm.plain.operation.{step.name}") in told
    assert set(sheet.matching.constants) <= set(re.findall(r"<code>(\w+)</code>", told))


def test_it_says_everything_in_words(application: Application) -> None:
    told = text_of(application)
    assert "algorithm." not in told
    assert "compte beaucoup" in told
    assert "compte contre" in told


def test_it_tells_of_nobody(application: Application) -> None:
    told = text_of(application)
    for name in ("ccas-argenteuil", "velo-argenteuil", "Argenteuil"):
        assert name not in told

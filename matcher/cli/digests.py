"""``synergies plan-digests``, ``synergies send-digests`` and ``synergies outbox``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.running import FAILED, AsJson, open_application, open_terminal, read_settings
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.bootstrap import Application
    from matcher.usecases.plan_answers import PlanAnswer, PlanReport
    from matcher.usecases.plan_questions import PlanQuestion

Department = Annotated[str | None, typer.Option(help="95, val-d-oise, « Val d'Oise »…")]
Region = Annotated[str | None, typer.Option(help="Nom ou code d'une région.")]
Month = Annotated[
    str | None, typer.Option(metavar="AAAA-MM", help="Mois du lot ; sans option, le mois en cours.")
]
Limit = Annotated[int, typer.Option(help="Suggestions par courriel, de 1 à 10.")]
Capacity = Annotated[
    int, typer.Option(help="Nouveaux contacts par mois de qui n'a rien déclaré, de 0 à 100.")
]
Minimum = Annotated[
    float, typer.Option(help="Score à partir duquel une paire mérite un courriel, de 0 à 1.")
]
LIMIT, CAPACITY, MINIMUM_SCORE = 5, 3, 0.7
"""Those of :mod:`matcher.usecases.plan_questions`, which is only loaded to plan."""

FOLDER = Path("var/digests")


def plan_digests(
    department: Department = None,
    region: Region = None,
    month: Month = None,
    limit: Limit = LIMIT,
    capacity: Capacity = CAPACITY,
    minimum_score: Minimum = MINIMUM_SCORE,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Imprime un tableau CSV.")] = False,
) -> None:
    """Voir qui recevrait quelles suggestions et pourquoi, et qui ne recevrait rien. N'envoie rien.

    Les paires choisies ont la plus grande valeur possible sans que personne dépasse sa capacité ;
    un certificat dit de combien, au plus, un autre choix ferait mieux.

    Exemple : synergies plan-digests --department 95 --month 2026-12
    """
    from matcher.usecases.plan_answers import plan_as_csv
    from matcher.usecases.send_digests import plan_once
    from matcher.usecases.write_digests import answer_of

    if as_json and as_csv:
        raise InvalidInput("json-and-csv", pointer="csv")
    ask = _asking(department, region, month, limit, capacity, minimum_score)
    terminal = open_terminal()
    with open_application() as application, terminal.progress() as progress:
        application.progress = lambda done, total: progress("vectors", done, total)
        question = ask(application)
        plan = plan_once(application, question, lambda *counts: progress("pairs", *counts))
        answer = answer_of(application, plan, terminal.words)
    if as_json:
        terminal.print_json(answer)
    elif as_csv:
        terminal.print_text(plan_as_csv(answer))
    else:
        _show_plan(terminal, answer)


def send_digests(
    department: Department = None,
    region: Region = None,
    month: Month = None,
    limit: Limit = LIMIT,
    capacity: Capacity = CAPACITY,
    minimum_score: Minimum = MINIMUM_SCORE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Écrit des fichiers .eml ; n'enregistre rien.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Avec --dry-run ; sinon var/digests/MOIS-TERRITOIRE."),
    ] = None,
) -> None:
    """Envoyer les suggestions du mois, un courriel par personne qui l'a accepté.

    Le lot d'un territoire et d'un mois n'est planifié qu'une fois : relancée, la commande reprend
    l'envoi sans rien doubler. Les courriels d'un mois à venir partent quand il commence.

    Exemples :

    synergies send-digests --department 95 --dry-run

    synergies send-digests --department 95 --month 2026-12
    """
    from matcher.usecases.read_mail_settings import read_post, read_sending, returning
    from matcher.usecases.send_digests import prepare_digests, write_mails
    from matcher.usecases.send_outbox import send_outbox

    if output is not None and not dry_run:
        raise InvalidInput("output-without-dry-run", pointer="output")
    ask = _asking(department, region, month, limit, capacity, minimum_score)
    settings, terminal = read_settings(), open_terminal()
    post, now = read_post(settings, example=dry_run), int(time.time())
    sending = None if dry_run else read_sending(settings)
    with open_application() as application, terminal.progress() as progress:
        application.progress = lambda done, total: progress("vectors", done, total)
        question = ask(application)
        common = (application, question, post)

        def pairs(done: int, total: int) -> None:
            progress("pairs", done, total)

        if sending is None:
            folder = output or FOLDER / question.folder
            written = write_mails(*common, folder, now, pairs)
            said = {"mails": written.mails, "folder": written.folder}
            terminal.say(terminal.words.say("terminal.mails_written", **said))
            if not post.complete:
                terminal.say(terminal.words.say("terminal.mails_example"))
            _show_report(terminal, written.plan.report)
            return
        prepared = prepare_digests(*common, now, pairs)
        code = "terminal.batch_planned" if prepared.created else "terminal.batch_there"
        told = {"run": prepared.run.id, "pairs": prepared.suggestions}
        terminal.say(terminal.words.say(code, mails=prepared.states.total(), **told))
        waiting = prepared.states.total()
        report = send_outbox(
            application.database,
            returning(sending, settings, application.gate.secret()),
            lambda: int(time.time()),
            progress=lambda done: progress("mails", done, waiting),
        )
    _show_states(terminal, {state.value: count for state, count in report.states.items()})
    if report.stopped is not None:
        terminal.fail(terminal.words.say("terminal.relay_stopped", reason=report.stopped))
        raise typer.Exit(FAILED)


def outbox(
    as_json: AsJson = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Autorise l'envoi d'une base restaurée.")
    ] = False,
    release: Annotated[
        int | None, typer.Option(metavar="NUMÉRO", help="Renvoie un courriel retenu.")
    ] = None,
    drop: Annotated[
        int | None, typer.Option(metavar="NUMÉRO", help="Abandonne un courriel retenu.")
    ] = None,
) -> None:
    """Voir les courriels en attente, partis, refusés, retenus, et pourquoi.

    Un courriel est retenu quand un envoi s'est interrompu après l'avoir transmis : il est
    peut-être arrivé. Cherchez son Message-ID dans le journal du relais, puis renvoyez-le
    (--release) ou abandonnez-le (--drop).

    Exemple : synergies outbox
    """
    from matcher.usecases import show_outbox as desk

    if release is not None and drop is not None:
        raise InvalidInput("release-and-drop", pointer="drop")
    terminal = open_terminal()
    with open_application() as application:
        if confirm:
            desk.confirm(application, Scope.everything())
        for mail_id, again in ((release, True), (drop, False)):
            if mail_id is not None:
                desk.settle_held(application, mail_id, Scope.everything(), release=again)
        answer = desk.show_outbox(application, terminal.words)
    if as_json:
        terminal.print_json(answer)
        return
    if not answer.sending_confirmed:
        terminal.say(terminal.words.say("terminal.sending_waits"))
    _show_states(terminal, answer.states)
    for reason in answer.reasons:
        state = terminal.words.say(f"mail_state.{reason.state}")
        terminal.print_hanging("  • ", f"{state} : {reason.count} — {reason.reason}")
    for held in answer.held:
        terminal.say(terminal.words.say("terminal.held_mail", **held.model_dump()))


def _asking(
    department: str | None,
    region: str | None,
    month: str | None,
    most: int,
    capacity: int,
    minimum_score: float,
) -> "Callable[[Application], PlanQuestion]":
    """What both commands ask, to be read once the application is there."""
    from matcher.usecases.plan_questions import read_plan_question

    typed = {"department": department, "region": region}
    territories = {level: text for level, text in typed.items() if text is not None}
    return lambda application: read_plan_question(
        application,
        territories,
        month,
        Scope.everything(),
        most=most,
        capacity=capacity,
        minimum_score=minimum_score,
    )


def _show_plan(terminal: Terminal, answer: "PlanAnswer") -> None:
    words = terminal.words
    for digest in answer.digests:
        told = {"name": digest.name, "id": digest.actor_id, "count": len(digest.suggestions)}
        several = "several" if len(digest.suggestions) > 1 else "one"
        terminal.say(words.say(f"terminal.gets.{several}", **told))
        for one in digest.suggestions:
            about = [words.decimal(one.score), words.say(f"synergy.{one.kind}"), one.distance]
            headline = f"{one.partner} ({' · '.join(part for part in about if part)})"
            terminal.print_hanging("  • ", headline)
            terminal.print_hanging("    ", one.reason, style="dim")
    if answer.left_out:
        terminal.say("")
        terminal.say(words.say("terminal.get_nothing", count=len(answer.left_out)))
    for left in answer.left_out:
        terminal.print_hanging("  • ", f"{left.name} ({left.actor_id}) : {left.reason}")
    terminal.say("")
    _show_report(terminal, answer.report)


def _show_report(terminal: Terminal, report: "PlanReport") -> None:
    words = terminal.words
    told = {"mails": report.mails, "actors": report.actors, "pairs": report.chosen.pairs}
    terminal.print_hanging("", words.say("terminal.plan.total", **told))
    certificate = {"worth": round(report.chosen.worth, 1), "gap": _percent(report.gap, 2)}
    terminal.print_hanging("", words.say("terminal.plan.certificate", **certificate))
    for kind, side in report.chosen.sides.items():
        shown = {
            "side": words.say(f"kind.{kind}"),
            "coverage": _percent(side.coverage),
            "plain": _percent(report.plain_top.sides[kind].coverage),
            "gini": words.decimal(side.gini),
            "plain_gini": words.decimal(report.plain_top.sides[kind].gini),
        }
        terminal.print_hanging("", words.say("terminal.plan.side", **shown))
    cost = {"cost": _percent(report.fairness_cost, 2)}
    plain = report.plain_top.worth
    terminal.print_hanging("", words.say("terminal.plan.fairness", **cost, plain=round(plain, 1)))


def _percent(share: float, decimals: int = 0) -> float | int:
    shown = round(100 * share, decimals)
    return shown if decimals else int(shown)


def _show_states(terminal: Terminal, states: dict[str, int]) -> None:
    if not states:
        terminal.say(terminal.words.say("terminal.outbox_empty"))
    for state, count in states.items():
        terminal.say(f"{terminal.words.say(f'mail_state.{state}')} : {count}")

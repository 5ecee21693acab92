"""What the command line shows a person: synergies, reports, figures, progress, errors."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING

from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from matcher.usecases.answers import (
    ActorSummary,
    RecommendationItem,
    Recommendations,
)
from matcher.usecases.explain_terms import shown_terms
from matcher.wording.scores import SHOWN_CERTAINTY, score_word
from matcher.wording.words import Words

if TYPE_CHECKING:
    from matcher.usecases.generate_population import Generated
    from matcher.usecases.import_actors import ImportReport, RowProblem
    from matcher.usecases.match_all import Matched
    from matcher.usecases.train import Training
    from models.evaluation import Evaluation, Figures
    from models.intervals import Interval

WIDTH = 100
SHOWN_PROBLEMS = 20
BAR = 10
SECONDS_BETWEEN_LINES = 60.0

Advance = Callable[[str, int, int], None]


class Terminal:
    """Prints in one language, 100 columns wide, results on stdout and the rest on stderr."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.out = Console(width=_width(sys.stdout.isatty()), highlight=False, soft_wrap=False)
        self.err = Console(stderr=True, highlight=False, width=_width(sys.stderr.isatty()))

    def fail(self, message: str) -> None:
        """One clear line about what went wrong."""
        print(f"synergies : {message}", file=sys.stderr)  # noqa: T201

    def print_json(self, answer: BaseModel) -> None:
        """The HTTP envelope, exactly."""
        print(answer.model_dump_json(indent=2))  # noqa: T201

    def print_text(self, text: str) -> None:
        """Text as it is, for a file."""
        sys.stdout.write(text)

    def show_done(self, done: object, code: str) -> None:
        """What a verb did, in one sentence."""
        told = done.model_dump() if isinstance(done, BaseModel) else asdict(done)  # type: ignore[call-overload]
        self.out.print(self.words.say(f"terminal.{code}", **told))

    def show_recommendations(self, answer: Recommendations, *, first: bool = True) -> None:
        """Ranked synergies with scores, reasons and quotes, then advice and how to go on."""
        for rank, item in enumerate(answer.items, 1):
            self._show_item(item, rank if first else None)
        if not answer.items:
            self.out.print(self.words.say("terminal.nothing_found"))
        for advice in answer.advice:
            self.print_hanging("→ ", advice.text)
        if answer.next_cursor:
            self.out.print(self.words.say("terminal.more", cursor=answer.next_cursor), style="dim")

    def _show_item(self, item: RecommendationItem, rank: int | None) -> None:
        self.out.print(Rule(style="dim"))
        self.out.print(self._headline(item, rank))
        self.print_hanging("    ", self._who(item.actor))
        self.print_hanging("  ↔ ", self._who(item.partner))
        explained: set[str] = set()
        for reason in item.reasons:
            self.print_hanging("     • ", reason.text)
            shown = shown_terms(reason.text, reason.glossary)
            new = [gloss for gloss in shown if gloss.expansion not in explained]
            explained |= {gloss.expansion for gloss in new}
            said = [self.words.say("terminal.gloss", **gloss.model_dump()) for gloss in new]
            self.print_hanging("       ", " ; ".join(said), style="dim italic")

    def print_hanging(self, mark: str, text: str, style: str | None = None) -> None:
        """Print a paragraph behind a mark; only plain spaces break a line, as French wants."""
        lines = wrap(text, self.out.width - len(mark), break_on_hyphens=False)
        for number, line in enumerate(lines):
            lead = mark if number == 0 else " " * len(mark)
            self.out.print(
                lead + line,
                style=style,
                markup=False,
                no_wrap=True,
                overflow="ignore",
                crop=False,
            )

    def _headline(self, item: RecommendationItem, rank: int | None) -> Text:
        filled = round(item.score * BAR)
        parts: list[str | tuple[str, str]] = [
            f"{rank:>2}. " if rank else "    ",
            ("■" * filled, "green"),
            ("□" * (BAR - filled), "dim"),
            (f" {self.words.decimal(min(item.score, SHOWN_CERTAINTY))} ", "bold"),
            self.words.say(f"score.{score_word(item.score)}"),
            " · ",
            (self.words.say(f"synergy.{item.kind}"), "bold cyan"),
        ]
        if item.distance_km is not None:
            parts += [" · ", self.words.kilometres(item.distance_km)]
        if item.availability != "available":
            parts += [" · ", self.words.say(f"availability.{item.availability}")]
        return Text.assemble(*parts)

    def _who(self, actor: ActorSummary) -> str:
        where = f"{actor.commune} ({actor.department})" if actor.commune else actor.department
        about = [actor.organization, self.words.say(f"kind.{actor.kind}"), where]
        known = [part for part in about if part and part != actor.name]
        return f"{actor.name} — {', '.join(known)}"

    def show_import(self, report: "ImportReport", *, as_json: bool, dry_run: bool) -> None:
        """How many rows were taken, then each refused row with its file, line, field and reason."""
        if as_json:
            # The importers take a while to load, which `--help` need not wait for.
            from matcher.usecases.import_answers import imported  # noqa: PLC0415

            self.print_json(imported(report, self.words))
            return
        for problem in report.rejected[:SHOWN_PROBLEMS]:
            for one in (problem, *problem.others):
                self._complain(self.row_problem(one), "red")
        if len(report.rejected) > SHOWN_PROBLEMS:
            more = len(report.rejected) - SHOWN_PROBLEMS
            self.err.print(self.words.say("terminal.more_problems", count=more))
        for problem in (*report.warnings[:SHOWN_PROBLEMS], *report.skipped[:SHOWN_PROBLEMS]):
            self._complain(self.row_problem(problem), "yellow")
        code = "terminal.import_checked" if dry_run else "terminal.import_done"
        self.out.print(
            self.words.say(
                code,
                created=report.created,
                updated=report.updated,
                unchanged=report.unchanged,
                rejected=len(report.rejected),
                warnings=len(report.warnings),
            )
        )

    def _complain(self, message: str, style: str) -> None:
        """One line each on stderr, whatever its length, so that a script can read it."""
        self.err.print(Text(message, style=style), soft_wrap=True)

    def row_problem(self, problem: "RowProblem") -> str:
        """« acteurs.csv, ligne 3, commune : … »"""
        whole = problem.line == 0
        place = (
            "" if whole else self.words.say("terminal.line", file=problem.file, line=problem.line)
        )
        field = f", {problem.field}" if problem.field else ""
        reason = self.words.say(f"import.{problem.code}", **problem.parameters)
        return reason if whole else f"{place}{field} : {reason}"

    def show_evaluation(self, evaluation: "Evaluation", *, as_json: bool) -> None:
        """One row per system: nDCG@10, MRR@10, recall@10, and how far we are above it."""
        if as_json:
            content = {
                "set": evaluation.name,
                "queries": evaluation.queries,
                "documents": evaluation.documents,
                "figures": [_figures_as_json(each, evaluation) for each in evaluation.figures],
            }
            print(json.dumps(content, ensure_ascii=False, indent=2))  # noqa: T201
            return
        title = self.words.say(
            "terminal.evaluation",
            name=evaluation.name,
            queries=evaluation.queries,
            documents=evaluation.documents,
        )
        caption = self.words.say("terminal.evaluation_caption")
        table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
        table.add_column("")
        gap = self.words.say("terminal.evaluation_gap")
        for name in ("nDCG@10", "MRR@10", "recall@10", gap):
            table.add_column(name, justify="right")
        for figures in evaluation.figures:
            quality, lead = figures.quality, evaluation.leads.get(figures.system)
            cells = map(self.words.figure, (quality.ndcg, quality.mrr, quality.recall))
            name = self.words.say(f"system.{figures.system}")
            table.add_row(name, *cells, self._interval(lead) if lead else "")
        self.out.print(table)

    def _interval(self, lead: "Interval") -> str:
        """« +0,143 [+0,105 ; +0,180] »"""
        bounds = {name: self.words.gap(value) for name, value in asdict(lead).items()}
        return self.words.say("terminal.evaluation_interval", **bounds)

    def show_migration(self, revision: str, *, changed: bool) -> None:
        """Which revision the database is at now, and whether that is news."""
        code = "terminal.migrated" if changed else "terminal.already_migrated"
        self.out.print(self.words.say(code, revision=revision))

    def show_population(self, generated: "Generated") -> None:
        """Where a made-up population is, and whether it was written now."""
        code = "terminal.population_written" if generated.written else "terminal.population_there"
        said = self.words.say(code, actors=generated.actors, path=generated.file)
        self.out.print(said, soft_wrap=True, markup=False)

    def show_matched(self, matched: "Matched") -> None:
        """Where the best partners of everybody are, and how many have some."""
        told = {"matched": matched.matched, "actors": matched.actors, "path": matched.file}
        self.out.print(self.words.say("terminal.matched", **told), soft_wrap=True, markup=False)

    def show_training(self, training: "Training") -> None:
        """Which files a training gave otherwise, and in what."""
        if not training.differences:
            self.out.print(self.words.say("terminal.trained_alike"))
        for name, told in training.differences:
            self.out.print(self.words.say("terminal.trained_otherwise", name=name, told=told))
        if training.differences:
            code = "terminal.training_kept" if training.kept else "terminal.training_not_kept"
            self.out.print(self.words.say(code))

    def say(self, said: str) -> None:
        """One line about what was done."""
        self.out.print(said, soft_wrap=True, markup=False)

    def show_secret(self, said: str, secret: str) -> None:
        """A secret alone on stdout, for scripts, and what it is on stderr."""
        self.err.print(said, soft_wrap=True, markup=False)
        print(secret)  # noqa: T201

    def show_rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table without lines; the first column is never cut."""
        table = Table(*columns, box=None, pad_edge=False)
        table.columns[0].no_wrap = True
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.out.print(table)

    @contextmanager
    def progress(self) -> Iterator[Advance]:
        """Report long work: a bar on a terminal, one line a minute elsewhere, on stderr."""
        if not self.err.is_terminal:
            yield self._line_a_minute()
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=self.err, transient=True) as bars:
            tasks: dict[str, int] = {}

            def advance(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(self.words.say(f"progress.{what}"), total=total)
                bars.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

            yield advance

    def _line_a_minute(self) -> Advance:
        last = time.monotonic()

        def advance(what: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                said = self.words.say(f"progress.{what}")
                self.err.print(f"{said} : {done}/{total}")

        return advance


def _figures_as_json(figures: "Figures", evaluation: "Evaluation") -> dict[str, object]:
    """One system's row; a baseline's also holds our lead over it, with its interval."""
    lead = evaluation.leads.get(figures.system)
    return {
        "system": figures.system,
        "ndcg@10": figures.quality.ndcg,
        "mrr@10": figures.quality.mrr,
        "recall@10": figures.quality.recall,
        **(asdict(lead) if lead else {}),
    }


def _width(interactive: bool) -> int | None:
    return None if interactive else WIDTH

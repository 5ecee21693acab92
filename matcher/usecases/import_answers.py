"""How an import ended, as an answer: counts, refused rows and warnings in plain words."""

from pydantic import BaseModel, Field

from matcher.usecases.import_actors import ImportReport, RowProblem
from matcher.wording.words import Words

LISTED = 1000
"""Rows and warnings named in one answer; the counts are of all."""


class ImportedRow(BaseModel):
    """Une ligne refusée, ou importée avec une réserve."""

    file: str
    line: int = Field(description="Numéro de ligne, à partir de 1.")
    field: str | None = Field(examples=["needs[0].text"])
    code: str = Field(examples=["territory-unknown"])
    reason: str = Field(description="À montrer telle quelle.")


class ImportAnswer(BaseModel):
    """Ce que l’import a changé."""

    created: int
    updated: int
    unchanged: int
    rejected_count: int
    skipped_count: int
    rejected: list[ImportedRow] = Field(description="Les mille premières lignes refusées.")
    warnings: list[ImportedRow] = Field(description="Les mille premières réserves.")
    skipped: list[ImportedRow] = Field(
        description="Les mille premières lignes laissées de côté : la personne a été effacée."
    )


def imported(report: ImportReport, words: Words) -> ImportAnswer:
    """Write a report in words; a row with several problems takes one entry for each."""
    rejected = [one for problem in report.rejected for one in (problem, *problem.others)]
    return ImportAnswer(
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected_count=len(report.rejected),
        skipped_count=len(report.skipped),
        rejected=[_row(problem, words) for problem in rejected[:LISTED]],
        warnings=[_row(problem, words) for problem in report.warnings[:LISTED]],
        skipped=[_row(problem, words) for problem in report.skipped[:LISTED]],
    )


def _row(problem: RowProblem, words: Words) -> ImportedRow:
    return ImportedRow(
        file=problem.file,
        line=problem.line,
        field=problem.field,
        code=problem.code,
        reason=words.say(f"import.{problem.code}", **problem.parameters),
    )

"""Write the register of personal data in words, from the register that the code walks."""

from matcher.store.personal_data import COLUMNS, PLACES, Held, Whose
from matcher.wording.words import Words

HEADINGS = ("place", "whose", "purpose", "exported", "erased", "kept")


def describe_register(words: Words) -> str:
    """Two tables in Markdown: columns of the database that tell of people, then other places."""
    told: dict[tuple[str, Held], list[str]] = {}
    for table, columns in COLUMNS.items():
        for column, held in columns.items():
            if held.whose is not Whose.NOBODY:
                told.setdefault((table, held), []).append(column)
    rows = [
        (f"`{table}` : {', '.join(f'`{one}`' for one in columns)}", held)
        for (table, held), columns in told.items()
    ]
    machinery = sorted(table for table, held in COLUMNS.items() if _of_nobody(*held.values()))
    others = [(words.say(f"privacy.place.{name}"), held) for name, held in PLACES.items()]
    nobody = words.say("privacy.machinery", tables=", ".join(f"`{one}`" for one in machinery))
    return "\n\n".join([_table(rows, words), nobody, _table(others, words)]) + "\n"


def _of_nobody(*held: Held) -> bool:
    return all(one.whose is Whose.NOBODY for one in held)


def _table(rows: list[tuple[str, Held]], words: Words) -> str:
    headings = [words.say(f"privacy.heading.{name}") for name in HEADINGS]
    lines = [headings, ["---"] * len(headings)]
    lines += [[place, *_cells(held, words)] for place, held in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(held: Held, words: Words) -> list[str]:
    return [
        words.say(f"privacy.whose.{held.whose}"),
        words.say(f"privacy.purpose.{held.purpose}"),
        words.say(f"privacy.exported.{held.exported}"),
        words.say(f"privacy.erased.{held.erased}"),
        words.say(f"privacy.kept.{held.kept}"),
    ]

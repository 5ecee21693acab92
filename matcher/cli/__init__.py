"""The command line: `synergies …`, one verb per use case."""

import os
import sys

import typer

from matcher.cli.accounts import accounts
from matcher.cli.asking_why import why_not
from matcher.cli.benchmarking import bench
from matcher.cli.digests import outbox, plan_digests, send_digests
from matcher.cli.embedding import widget_link
from matcher.cli.importing import import_command
from matcher.cli.keeping import backup, doctor, restore
from matcher.cli.keys import audit, keys, link
from matcher.cli.learning import evaluate, train
from matcher.cli.mailing import bounces
from matcher.cli.operating import embed, migrate, serve
from matcher.cli.privacy import erase, export_actor, oppose, purge, register
from matcher.cli.recommending import match_all, recommend
from matcher.cli.running import FAILED, WRONG_USAGE, open_terminal
from matcher.errors import NotReady, SynergiesError
from matcher.wording.misuse import misuse

INTERRUPTED = 130
"""What Typer returns after Ctrl-C, which needs no words: who pressed it knows."""

app = typer.Typer(
    name="synergies",
    help="Recommande des coopérations entre travailleurs sociaux et entrepreneurs sociaux, "
    "et dit pourquoi.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Réglages : SYNERGIES_DATABASE_URL (défaut sqlite:///var/synergies.db), "
    "SYNERGIES_MODEL, SYNERGIES_MODEL_DIR, SYNERGIES_LANGUAGE (fr, en). "
    "Codes de sortie : 0 fait, 1 échec, 2 mauvaise demande.",
)

app.command("import")(import_command)
app.command()(recommend)
app.command("why-not")(why_not)
app.command("match-all")(match_all)
app.command("plan-digests")(plan_digests)
app.command("send-digests")(send_digests)
app.command()(outbox)
app.command()(serve)
app.command()(evaluate)
app.command()(train)
app.command()(migrate)
app.command()(embed)
app.command()(link)
app.command("widget-link")(widget_link)
app.command()(audit)
app.add_typer(keys)
app.add_typer(accounts)
app.command()(backup)
app.command()(restore)
app.command()(doctor)
app.command()(erase)
app.command("export-actor")(export_actor)
app.command()(oppose)
app.command()(purge)
app.command()(register)
app.command()(bounces)
app.add_typer(bench)


def main() -> None:
    """Run the CLI: every expected failure is one clear line on stderr, never a traceback."""
    terminal = open_terminal()
    try:
        code = app(prog_name="synergies", standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as error:
        code = WRONG_USAGE
        if str(error):  # empty when the help was shown instead
            terminal.fail(terminal.words.error(misuse(error)))
    except SynergiesError as error:
        code = FAILED if isinstance(error, NotReady) else WRONG_USAGE
        field = (error.pointer or "").partition("profile/")[2]
        place = f"{field} : " if field else ""
        terminal.fail(place + terminal.words.error(error))
    except BrokenPipeError:
        code = FAILED
        # The reader (head, less) has gone; pointing stdout at nothing keeps the exit silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("SYNERGIES_DEBUG"):
            raise
        code = FAILED
        terminal.fail(terminal.words.say("error.unexpected", kind=type(error).__name__))
    sys.exit(FAILED if code == INTERRUPTED else code)

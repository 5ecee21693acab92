"""What was typed wrong on a command line, as one of our errors with words in our languages."""

from typing import Any

from matcher.errors import InvalidInput


def misuse(error: Exception) -> InvalidInput:
    """Say in our codes what Typer's parser refused; its own sentences are in English only.

    Its exceptions are told apart by what they carry, because Typer exports few of their classes.
    """
    context: Any = getattr(error, "ctx", None)
    manual = f"{context.command_path if context else 'synergies'} --help"
    parameter: Any = getattr(error, "param", None)
    option = getattr(error, "option_name", None)
    if option is not None:
        return _option(error, option, manual)
    if parameter is not None and hasattr(error, "param_type"):
        name = (parameter.metavar or parameter.opts[0]).rstrip(".")
        return InvalidInput("argument-missing", name=name, manual=manual)
    if parameter is not None:
        return InvalidInput("option-value", option=parameter.opts[0], manual=manual)
    if context is not None and hasattr(context.command, "commands"):
        return InvalidInput("unknown-command", accepted=list(context.command.commands))
    return InvalidInput("argument-unexpected", manual=manual)


def _option(error: Exception, option: str, manual: str) -> InvalidInput:
    if not hasattr(error, "possibilities"):
        return InvalidInput("option-misused", option=option, manual=manual)
    if near := error.possibilities:
        return InvalidInput("unknown-option", option=option, near=near)
    return InvalidInput("unknown-option-at-all", option=option, manual=manual)

"""The official codes of domains, publics and structures, and the side each structure is on.

Sources and licences: ``data/vocabularies/SOURCES.md``.
"""

import json
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.engine.profiles import Kind


def folded(text: str) -> str:
    """Give the form in which codes, labels and headers are compared: no accent, case or space."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return "-".join(kept.replace("_", " ").replace("·", " ").split())


@cache
def load(name: str) -> dict[str, Any]:
    """Read ``data/vocabularies/<name>.json``."""
    text = (files("data") / "vocabularies" / f"{name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@cache
def domain_labels() -> dict[str, str]:
    """Every v1 domain, categories and leaves, with its French label."""
    current = load("data_inclusion_v1")
    return {
        entry["code"]: entry["label"] for entry in current["categories"] + current["thematiques"]
    }


@cache
def public_labels() -> dict[str, str]:
    """Every v1 public with its French label."""
    return {entry["code"]: entry["label"] for entry in load("data_inclusion_v1")["publics"]}


@cache
def _readings(current: str, former: str) -> dict[str, tuple[str, ...]]:
    """Map each folded code or label, old or current, to the v1 codes that it stands for."""
    labels = domain_labels() if current == "domains" else public_labels()
    readings = {folded(code): tuple(codes) for code, codes in load("v0_to_v1")[former].items()}
    readings |= {folded(label): (code,) for code, label in labels.items()}
    return readings | {folded(code): (code,) for code in labels}


def read_domain(text: str) -> tuple[str, ...] | None:
    """Read a v1 code, a v1 label or a v0 code as v1 domains.

    ``()`` for an old code that v1 no longer has a word for, ``None`` for an unknown one.
    """
    return _readings("domains", "thematiques").get(folded(text))


def read_public(text: str) -> tuple[str, ...] | None:
    """Read a v1 code, a v1 label or a v0 profil as v1 publics; as :func:`read_domain`."""
    return _readings("publics", "profils").get(folded(text))


def closest(text: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Propose up to three codes that look like ``text``, the closest first."""
    names = {folded(code): code for code in codes}
    leaves = {folded(code.rpartition("--")[2]): code for code in names.values()}
    found = get_close_matches(folded(text), [*names, *leaves], n=3, cutoff=0.6)
    return tuple(dict.fromkeys((names | leaves)[name] for name in found))


@cache
def _sides() -> dict[str, dict[str, Kind]]:
    """Map folded codes to sides; the two registers are apart, for they share no authority."""
    sides = load("structure_sides")
    registers = {
        "typology": sides["typologies"] | sides["other_typologies"],
        "network": sides["reseaux_porteurs"],
    }
    return {
        register: {folded(code): Kind(side) for code, side in entries.items()}
        for register, entries in registers.items()
    }


def side_of_typology(code: str) -> Kind | None:
    """Tell the side of a kind of structure (``ACI``, ``CCAS``…), ``None`` where it says nothing."""
    return _sides()["typology"].get(folded(code))


def side_of_networks(codes: Iterable[str]) -> Kind | None:
    """Tell the side on which all the networks that say something agree, ``None`` otherwise."""
    register = _sides()["network"]
    sides = {register[folded(code)] for code in codes if folded(code) in register}
    return sides.pop() if len(sides) == 1 else None


@cache
def is_known_typology(code: str) -> bool:
    """Tell whether an official list or ours has this kind of structure, with a side or not."""
    former = load("data_inclusion_v0")["typologies_de_structures"]
    return folded(code) in _sides()["typology"] or folded(code) in {
        folded(entry["code"]) for entry in former
    }

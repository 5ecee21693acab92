"""How texts are read before they are matched: acronyms spelled out, words cut to index terms."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine.matching import OPENING, said
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.engine.terms import EXCLUDED
from models.circumstances import circumstance_terms
from models.cues import cues
from models.encoders import load_encoder
from models.frames import OBJECT, frames_version, without_frame
from models.french import openings, terms
from models.lexicon import Lexicon, load_lexicon
from models.negation import excluded_passages
from models.spelling import corrected, spelling_version


def analyse(text: str) -> list[str]:
    """Index terms of a text, and what the terms alone do not tell.

    The beginnings of its words, the lexicon's terms that it implies (``=mecs`` for MECS), then the
    terms it excludes, marked, the people and circumstances that it is about or leaves out
    (``#woman``, ``!#animal``), and the cues by which a request is told from an offer
    (:mod:`models.cues`).
    """
    text = corrected(text)
    passages = excluded_passages(text)
    left_out = " ".join(passages)
    excluded = terms(left_out) + openings(left_out)
    kept = terms(text) + openings(text)
    for term in excluded:
        if term in kept:
            kept.remove(term)
    # In capitals, whatever is an acronym is read as one.
    unsaid = load_lexicon().terms_of(left_out.upper()) if left_out else ()
    implied = [term for term in load_lexicon().terms_of(text) if term not in unsaid]
    marked = [EXCLUDED + term for term in [*excluded, *unsaid]]
    return kept + implied + marked + circumstance_terms(text, passages) + cues(text)


def said_terms(text: str) -> list[str]:
    """Stems that a text says or implies, without what it excludes: what themes are told by."""
    return [term for term in said(analyse(text)) if not term.startswith(OPENING)]


def open_encoder(model: str | None, directory: Path) -> Encoder:
    """The encoder of an installation (see :func:`models.encoders.load_encoder`), lexicon in hand.

    Raises NotReady when the weights are not there.
    """
    return ExpandingEncoder(load_encoder(model, directory), load_lexicon())


class ExpandingEncoder:
    """Encodes texts with their slips corrected and their acronyms spelled out in brackets.

    A need that says who should answer it leans on its object (:mod:`models.frames`). ``model_id``
    also names lexicon, spelling and frames, so that a vector computed with others is never
    mistaken for its own.
    """

    def __init__(self, encoder: Encoder, lexicon: Lexicon) -> None:
        self._encoder = encoder
        self._lexicon = lexicon
        self._model_id = f"{encoder.model_id}+{_fingerprint(lexicon)}"

    @property
    def model_id(self) -> str:
        """Name and version of the weights, of the lexicon and of the spelling."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts`` as needs or offers; see :class:`matcher.engine.protocols.Encoder`."""
        vectors = self._encoded(texts, role)
        bare = [without_frame(text) for text in texts] if role is Role.NEED else list(texts)
        framed = [row for row, text in enumerate(texts) if bare[row] != text]
        if not framed:
            return vectors
        vectors = vectors.copy()
        vectors[framed] += OBJECT * self._encoded([bare[row] for row in framed], role)
        norms = np.linalg.norm(vectors[framed], axis=1, keepdims=True)
        vectors[framed] /= np.where(norms > 0, norms, 1)
        return vectors

    def _encoded(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        return self._encoder.encode([self._lexicon.expand(corrected(text)) for text in texts], role)


def _fingerprint(lexicon: Lexicon) -> str:
    """Eight digits that change with any entry, spelling rule or frame, nothing else."""
    written = [
        (e.term, e.expansion, e.also, sorted(e.context), e.side, e.sort, e.when)
        for e in lexicon.entries
    ]
    return sha256(json.dumps([spelling_version(), frames_version(), written]).encode()).hexdigest()[
        :8
    ]

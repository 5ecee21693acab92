"""Write docs/performance.md from what was measured: ``python -m tests.benchmarks.report``.

Reads the JSON files of one folder, which stay out of the repository; each section appears where
its file does. ``pairs.json`` holds ``{"machine": …, "runs": [{"what": …, "actors": …, …}]}``.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from tests.benchmarks.plots import draw_latency, draw_memory, draw_peers
from tests.benchmarks.report_sections import (
    assignment_section,
    exactness_section,
    free_text_section,
    goals_section,
    growth_section,
    http_section,
    opening_section,
    pairs_section,
    partners_section,
    peers_section,
)

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FILES = ("country", "exactness", "http", "pairs", "assignment")

Measured = dict[str, Any]


def read_measured(folder: Path) -> Measured:
    """What each file holds, by its name; nothing for one that is not there."""
    return {
        name: json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in FILES
        if (folder / f"{name}.json").exists()
    }


def page(measured: Measured) -> str:
    """The whole page, in Markdown."""
    country = measured.get("country", {})
    sections = [
        _opening_words(country),
        goals_section(measured),
        partners_section(country.get("partners")),
        growth_section(country.get("growth")),
        peers_section(country.get("peers")),
        free_text_section(country.get("free_text")),
        opening_section(country.get("opening")),
        http_section(measured.get("http")),
        pairs_section(measured.get("pairs")),
        assignment_section(measured.get("assignment")),
        exactness_section(measured.get("exactness", {}).get("exactness")),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _opening_words(country: Measured) -> str:
    told = country.get("machine", {})
    where = (
        f"{told['cores']} cores ({told['processor']}), {told['memory_gib']} GiB of memory, "
        f"{told['system']}, Python {told['python']}, numpy {told['numpy']}"
        if told
        else "a machine that was not noted"
    )
    loads = [
        float(phase["observed"][when])
        for phase in country.values()
        if "observed" in phase
        for when in ("load_before", "load_after")
    ]
    busy = f" The load average was between {min(loads)} and {max(loads)}." if loads else ""
    return f"""# Performance

`make bench` measures all of this and writes this page. The countries are made up
(`synergies bench generate`): 600,000 actors are about 400,000 social workers and 200,000
organisations, spread like the inhabitants of France, with two needs and two offers each. What is
compared in one table was measured in the same run, contender after contender, question after
question, so that whatever else the machine does slows all of them alike: trust the ratios more than
the milliseconds.

Measured on {where}.{busy}"""


def main() -> None:
    """Write the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--measured", type=Path, default=Path("var/bench/measured"))
    parser.add_argument("--docs", type=Path, default=DOCS)
    options = parser.parse_args()
    measured = read_measured(options.measured)
    country = measured.get("country", {})
    if "partners" in country:
        draw_latency(country["partners"], options.docs / "performance-latency.png")
    if "opening" in country:
        draw_memory(country["opening"], options.docs / "performance-memory.png")
    if "peers" in country:
        draw_peers(country["peers"], options.docs / "performance-peers.png")
    (options.docs / "performance.md").write_text(page(measured), "utf-8")


if __name__ == "__main__":
    main()

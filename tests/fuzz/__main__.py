"""Fuzz the reader and the listener.

python -m tests.fuzz --cases 100000 [--seed 1] [--first 0] [data-sets | pdus ...]

A failure names its seed and number: `--seed S --first N --cases 1` does it again.
"""

import argparse
import faulthandler
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.fuzz import data_sets, pdus

KINDS = {"data-sets": data_sets.run, "pdus": pdus.run}


def main() -> int:
    """Run the kinds one after the other; return 1 at the first failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Spoilt data sets and PDUs.")
    parser.add_argument("kinds", nargs="*", metavar="kind", help=f"of {', '.join(KINDS)}; default: all")
    parser.add_argument("--cases", type=int, default=100_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    arguments = parser.parse_args()
    if unknown := set(arguments.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    faulthandler.enable()
    warnings.simplefilter("ignore")
    for talkative in ("pynetdicom", "pydicom", "integrations", "PIL"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL if talkative != "integrations" else logging.WARNING)
    logging.getLogger("integrations").propagate = False
    cases = range(arguments.first, arguments.first + arguments.cases)
    for kind in arguments.kinds or KINDS:
        begun = time.monotonic()

        def tell(number: int, kind: str = kind, begun: float = begun) -> None:
            if (number + 1) % 1000 == 0 or "pdus" in kind:
                print(f"\r{kind}: {number + 1} in {time.monotonic() - begun:.0f} s", end="", file=sys.stderr)

        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / "work"
            work.mkdir()
            try:
                outcomes = KINDS[kind](cases, arguments.seed, work, tell)
            except AssertionError as failure:
                print(f"\n{kind}: FAILED: {failure}", file=sys.stderr)
                return 1
        print(f"\n{kind}: {len(cases)} cases of seed {arguments.seed} in {time.monotonic() - begun:.0f} s")
        for outcome, count in outcomes.most_common():
            print(f"  {count:8}  {outcome}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run the benchmarks, print their table, write build/bench.json.

python -m tests.benchmarks [--quick] [group ...]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.benchmarks import (
    audit,
    client,
    explain,
    fhir,
    health,
    journey,
    log_cost,
    memory,
    objects,
    reading,
    receive,
    training,
    worklist,
)
from tests.benchmarks.figures import Figure, merge_into, table

GROUPS = {
    "explain": explain.run,
    "reading": reading.run,
    "objects": objects.run,
    "receive": receive.run,
    "health": health.run,
    "journey": journey.run,
    "memory": memory.run,
    "training": training.run,
    "worklist": worklist.run,
    "fhir": fhir.run,
    "audit": audit.run,
    "log-cost": log_cost.run,
    "client": client.run,
}
BUILD = Path(__file__).resolve().parents[2] / "build"


def main() -> int:
    """Run the groups one after the other; a group that fails says why, and the others run all the same."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="Diafan against its peers, on this machine.")
    parser.add_argument("groups", nargs="*", metavar="group", help=f"of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="few repetitions, to see that it runs; writes nothing")
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    progress = Console(stderr=True)
    console = Console(width=None if sys.stdout.isatty() else 160)
    figures: list[Figure] = []
    failed = False
    BUILD.mkdir(exist_ok=True)
    for name in arguments.groups or GROUPS:
        begun = time.monotonic()
        progress.print(f"[bold]{name}[/] ...")
        # On the disk of the repository, where fsync costs what it costs a user; a short path, for a unix socket in it.
        with tempfile.TemporaryDirectory(prefix="b-", dir=BUILD) as scratch:
            try:
                figures += (measured := GROUPS[name](Path(scratch), quick=arguments.quick))
            except Exception as error:  # noqa: BLE001 - whatever it was, the other groups are still worth their time
                progress.print(
                    f"[red]{name} failed after {time.monotonic() - begun:.0f} s:[/] {type(error).__name__}: {error}",
                    markup=True,
                )
                failed = True
                continue
        if not arguments.quick:
            merge_into(BUILD / "bench.json", measured)
        progress.print(f"{name}: {time.monotonic() - begun:.0f} s")
    console.print(table(figures))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

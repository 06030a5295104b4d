"""What a benchmark measured: figures, their table, and the file of flat keys that is read by machines."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``key`` is its name in bench.json; a figure without one is shown only."""

    what: str
    value: float
    unit: str
    note: str = ""
    key: str = ""


def table(figures: Sequence[Figure]) -> Table:
    """Return the figures as a table, with the machine and the date."""
    made = Table(title=f"Diafan on {machine()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", title_justify="left")
    for name in ("what", "value", "unit", "how, and against whom", "key"):
        made.add_column(name, justify="right" if name == "value" else "left", overflow="fold")
    for f in figures:
        made.add_row(f.what, f"[bold]{f.value:.4g}[/]" if f.key else f"{f.value:.4g}", f.unit, f.note, f.key)
    return made


def machine() -> str:
    """Say on what it was measured, and how busy that was with other things."""
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    cpu = names[0] if names else platform.machine()
    return f"{os.cpu_count()} x {cpu}, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}"


def merge_into(file: Path, figures: Iterable[Figure]) -> None:
    """Write the figures that have a key; keys of other runs and of other benchmarks stay."""
    held = json.loads(file.read_text()) if file.exists() else {}
    held |= {f.key: round(f.value, 4) for f in figures if f.key}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n")


def median_ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios round by round: what slowed one round down slowed both contestants."""
    return median(a / b for a, b in zip(over, under, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1] of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

"""The conformance statement as a test reads it: the tables of a section, line by line."""

from pathlib import Path

STATEMENT = Path(__file__).parents[3] / "integrations" / "CONFORMANCE.md"


def section(heading: str) -> list[str]:
    """Return the lines under the heading that begins with ``heading``, up to the next heading."""
    lines = STATEMENT.read_text().splitlines()
    begins = [
        n for n, line in enumerate(lines) if line.lstrip("#").strip().startswith(heading) and line.startswith("#")
    ]
    assert len(begins) == 1, f"{heading}: {len(begins)} headings"
    rest = lines[begins[0] + 1 :]
    end = next((n for n, line in enumerate(rest) if line.startswith("#")), len(rest))
    return rest[:end]


def tables(heading: str) -> list[list[list[str]]]:
    """Return the tables of a section, each as its lines of cells without the head."""
    found: list[list[list[str]]] = []
    inside = False
    for line in section(heading):
        if not line.startswith("|"):
            inside = False
        elif set(line) <= set("|-"):
            found.append([])
            inside = True
        elif inside:
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def table(heading: str) -> list[list[str]]:
    """Return the first table of a section."""
    return tables(heading)[0]


def code(cell: str) -> str:
    """Return what stands between backticks, or the cell as it is."""
    return cell.split("`")[1] if "`" in cell else cell

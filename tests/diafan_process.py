"""Diafan as its users run it: a process of its own, on free ports, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.peers.process import free_port, wait_for


@dataclass
class DiafanProcess:
    """One Diafan on ``folder``; it may be killed and started again, and finds its state."""

    folder: Path
    settings: Mapping[str, object]
    dimse_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def log(self) -> Path:
        return self.folder / "diafan.log"

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "data_dir": str(self.folder / "data"),
            "dimse_port": self.dimse_port,
            "http_port": self.http_port,
            "quiet_period_s": 0.5,
            "retry_first_s": 1,
            "retry_longest_s": 2,
            "stalled_after_s": 3,
            "model": os.environ.get("DIAFAN_TEST_MODEL", "bundled"),
            **self.settings,
        }
        ours = {f"DIAFAN_{k.upper()}": v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}
        return {**{k: v for k, v in os.environ.items() if not k.startswith("DIAFAN_")}, **ours}

    def start(
        self,
        *arguments: str,
        program: Sequence[str] = ("service.cli",),
        ready_s: float = 120,
        wait: bool = True,
        **environment: str,
    ) -> None:
        """Start and wait until it says that it is ready; ``program`` is the module to run, and what it wants first."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *program, "serve", *arguments],
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
            )
        if wait:
            wait_for(self.is_ready, ready_s, f"Diafan to be ready (its log: {self.log})")

    def is_ready(self) -> bool | None:
        assert self.process is not None
        assert self.process.poll() is None, (
            f"Diafan ended with {self.process.returncode}: {self.log.read_text()[-3000:]}"
        )
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=2, trust_env=False).status_code == 200 or None
        except httpx.TransportError:
            return None

    def kill(self) -> None:
        """Kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does, and return its exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def cli(
        self, *arguments: str, expect: int | None = 0, answers: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line beside it; ``answers`` are lines for what it asks."""
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments], env={**self.environment, "COLUMNS": "400"},
            check=False, capture_output=True, text=True, timeout=240, input=answers,
        )  # fmt: skip
        assert expect is None or done.returncode == expect, done.stdout + done.stderr
        return done

    def token(self, *scopes: str) -> str:
        """Return a token of the embedded issuer."""
        return self.cli("token", *(part for scope in scopes for part in ("--scope", scope))).stdout.strip()

    def post(self, path: str, token: str, **body: object) -> dict[str, Any]:
        """Return what the API answers to a JSON body."""
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx.post(f"{self.url}{path}", json=body, headers=headers, timeout=30, trust_env=False)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    def get(self, path: str, token: str, **parameters: object) -> httpx.Response:
        return httpx.get(
            f"{self.url}{path}",
            params=parameters,
            headers={"authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )


@contextmanager
def diafan_process(folder: Path, *roles: str, start: bool = True, **settings: object) -> Iterator[DiafanProcess]:
    """Yield a Diafan, started unless told otherwise, and gone afterwards."""
    diafan = DiafanProcess(folder, settings)
    arguments: Sequence[str] = [part for role in roles for part in ("--role", role)]
    try:
        if start:
            diafan.start(*arguments)
        yield diafan
    finally:
        if diafan.process is not None and diafan.process.poll() is None:
            diafan.stop()

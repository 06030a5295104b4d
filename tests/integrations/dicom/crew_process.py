"""A process of a listener as the tests start it: it keeps what it receives under a name that tells which process it was."""

import multiprocessing
import os
import socket
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from integrations import dimse

SLOW = "SLOW"
"""Who calls by this title waits half a second for each answer."""


def made(folder: Path, limits: dimse.Limits, tls: dimse.Tls | None = None) -> dimse.Listener:
    """Return the listener of all processes."""

    def keep(received: dimse.Received) -> None:
        if received.calling_ae_title == SLOW:
            time.sleep(0.5)
        received.path.rename(folder / f"{os.getpid()}-{time.monotonic_ns()}.dcm")  # some samples share their UID

    def refused(reason: str, *_: str) -> None:
        (folder / f"refused-{time.monotonic_ns()}").write_text(reason)

    return dimse.Listener("DIAFAN", "127.0.0.1", 0, folder / "incoming", keep, refused, limits=limits, tls=tls)


def starting(folder: Path, limits: dimse.Limits, tls: dimse.Tls | None = None):
    """Return what starts a process of the listener."""

    def start(control: socket.socket, places: dimse.Places) -> BaseProcess:
        process = multiprocessing.get_context("forkserver").Process(
            target=_serve, args=(folder, limits, tls, control, places), daemon=True
        )
        process.start()
        return process

    return start


def _serve(
    folder: Path, limits: dimse.Limits, tls: dimse.Tls | None, control: socket.socket, places: dimse.Places
) -> None:
    made(folder, limits, tls).attend(places, dimse.connections(control, places))

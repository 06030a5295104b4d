"""The DICOM listener as the settings want it: whom it hears, what it does with an image, and in how many processes.

One process can use one core for what it does in Python. So there are several, behind one port: this one opens the door, and the
others, each with connections of its own to the database, serve who comes in.
"""

import logging
import multiprocessing
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from pydantic import SecretStr

from audit.event import Agent, EventType
from integrations.dimse import Crew, Limits, Listener, NoRoom, Places, Received, Senders, connections
from service import destinations, logs
from service.accept import Origin
from service.engine import DATABASE_AWAY
from service.settings import Settings

if TYPE_CHECKING:
    from service.app import Diafan

log = logging.getLogger(__name__)
_MEGABYTE = 1_000_000
MOST_BY_CORES = 4
"""Processes, where the settings leave their number to the machine: beyond that the database and the disk are what is waited for."""


@contextmanager
def listening(diafan: "Diafan") -> Iterator[int]:
    """Listen in as many processes as the settings want, and yield the port.

    Raises OSError where the address cannot be bound, TlsUnusable where a certificate, key or CA file does not do.
    """
    listener = listener_of(diafan)
    count = processes(diafan.settings)
    if count == 1:
        listener.start()
        stop = listener.stop
    else:
        crew = Crew(listener, count, lambda control, places: _start(diafan, control, places))
        crew.start()
        stop = crew.stop
    try:
        yield listener.port
    finally:
        stop()


def processes(settings: Settings) -> int:
    """Return how many processes receive."""
    return settings.dimse_processes or min(MOST_BY_CORES, len(os.sched_getaffinity(0)))


def listener_of(diafan: "Diafan") -> Listener:
    """Return the listener that the settings describe, not started."""
    settings = diafan.settings

    def on_instance(received: Received) -> None:
        agent = Agent(kind="system", id=received.calling_ae_title, address=received.peer_address)
        try:
            diafan.acceptor.accept(received.path, Origin(agent, source=f"dicom:{received.calling_ae_title}"))
        except DATABASE_AWAY as error:
            log.error("the database does not answer: an image was not accepted")  # noqa: TRY400 - its text names the statement
            raise NoRoom("the database does not answer: send again later") from error

    def on_refused(reason: str, calling: str, called: str, address: str) -> None:
        code = re.sub("[^a-z0-9]+", "-", reason.lower()).strip("-")[:64]
        agent = Agent(kind="system", id=calling, address=address)
        diafan.refuse(EventType.ASSOCIATION_REFUSED, agent, detail={"reason": code, "called_ae_title": called})

    def on_opened(calling: str, address: str) -> None:
        try:
            with diafan.engine.begin() as db:
                diafan.record(db, EventType.ASSOCIATION_OPENED, Agent(kind="system", id=calling, address=address))
        except DATABASE_AWAY:
            log.error("the database does not answer: an association has no entry, and no image of it is accepted")  # noqa: TRY400 - as above

    return Listener(
        settings.ae_title,
        settings.dimse_host,
        settings.dimse_port,
        diafan.store.incoming,
        on_instance,
        on_refused,
        senders=Senders(settings.calling_ae_titles),
        limits=Limits(
            associations=settings.dimse_max_associations,
            per_address=settings.dimse_max_per_address,
            artim_s=settings.dimse_artim_s,
            idle_s=settings.dimse_idle_s,
            largest_object_bytes=settings.dimse_max_mb * _MEGABYTE,
        ),
        tls=destinations.tls_of(settings.dimse_tls),
        on_commitment=diafan.commitments.hear,
        on_opened=on_opened,
    )


def _start(diafan: "Diafan", control: socket.socket, places: Places) -> BaseProcess:
    # A fork of this process would share its threads' locks and its connections; this one is forked from a clean one.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.listening", "service.app"])
    settings = diafan.settings.model_copy(
        update={"database_url": SecretStr(diafan.database.url), "database_owner_url": None}
    )
    level = logging.getLevelName(logging.getLogger().level)
    process = context.Process(
        target=_attend, args=(settings, level, control, places), name="diafan-listener", daemon=True
    )
    resource_tracker.ensure_running()  # it has a mask of its own, and takes ours away
    with _deaf():
        process.start()
    return process


@contextmanager
def _deaf() -> Iterator[None]:
    """Have what is started meanwhile never be asked to stop: whoever asks all of us means the one that ends us in order."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _attend(settings: Settings, log_level: str, control: socket.socket, places: Places) -> None:
    """Serve what comes in at the door of another process, until that one ends."""
    from service.app import EXPECTED, assemble  # noqa: PLC0415 - which imports this file

    logs.configure(log_level)
    try:
        with assemble(settings) as diafan:
            listener_of(diafan).attend(places, connections(control, places))
    except EXPECTED as error:
        log.error("a process of the DICOM listener cannot start: %s", error)  # noqa: TRY400 - its message says it all
        sys.exit(1)

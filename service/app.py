"""The composition root: settings in, a running Diafan out. Nothing else constructs what it needs."""

import asyncio
import fcntl
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import keys, subject
from audit.event import EventType
from audit.keys import KeyRefused
from audit.subject import Subjects
from integrations.errors import EdgeError
from models.library import BUNDLED, Library
from models.registry import ModelRefused, bundled
from service import __version__, audit_feed, destinations, witnesses
from service.accept import Acceptor
from service.access import TokenValidator
from service.again import Again
from service.audit_feed import AuditFeeds
from service.commitments import Commitments
from service.configuration_record import record_configuration
from service.database import Database, DatabaseNotReady, open_database
from service.deliver import Deliverer, defer_delivery
from service.destinations import Destination
from service.engine import DATABASE_AWAY, Jobs, Stage, WorkerOptions, delivery_queue, feed_queue, work
from service.fhir_index import FhirIndex
from service.gdpr.restriction import Restrictions
from service.gdpr.retention import RetentionKeeper, schedule_of
from service.issuer import EmbeddedIssuer, IssuerRefused
from service.leftovers import Leftovers
from service.listening import listening
from service.log_keeper import LogKeeper
from service.model_in_use import CurrentClassifier, ModelInUse
from service.recorder import Recorder
from service.records import Parcel
from service.refusals import Refusals
from service.rules import RulesRefused, read_rules
from service.sessions import Sessions, keep_swept
from service.settings import Settings
from service.sign_in import OneTimeLinks, ProviderSignIn
from service.store import FolderStore
from service.trust import trust_of
from service.witnesses import Witnesses

if TYPE_CHECKING:
    import uvicorn

    from models.classifier import Classifier
    from service.pipeline import Pipeline

log = logging.getLogger(__name__)
MEGABYTE = 1_000_000


class Role(StrEnum):
    """The parts that one program can play; by default it plays all."""

    LISTENER = "listener"
    WORKER = "worker"
    API = "api"


EXPECTED = (DatabaseNotReady, EdgeError, IssuerRefused, KeyRefused, ModelRefused, OSError, RulesRefused, *DATABASE_AWAY)
"""What an operator can mend: their messages say how."""


class AlreadyRunning(Exception):
    """Another program plays this role on this data folder."""


@dataclass(frozen=True, slots=True)
class Diafan:
    """Everything that the roles and the command line share, constructed once."""

    settings: Settings
    database: Database
    store: FolderStore
    jobs: Jobs
    record: Recorder
    refuse: Refusals
    acceptor: Acceptor
    deliverer: Deliverer
    restrictions: Restrictions
    destinations: dict[str, Destination]
    commitments: Commitments
    validator: TokenValidator
    issuer: EmbeddedIssuer | None
    sessions: Sessions
    provider: ProviderSignIn | None
    links: OneTimeLinks | None
    log_key: Ed25519PrivateKey
    subjects: Subjects
    witnesses: Witnesses
    audit_feeds: AuditFeeds
    keyed_hash: Callable[[str, str], str]
    clock: Callable[[], datetime]
    library: Library
    model_in_use: ModelInUse

    @property
    def engine(self) -> sa.Engine:
        """The service role's connections."""
        return self.database.engine

    def pseudonym(self, issuer: str, patient_id: str) -> str | None:
        """Return how the log names a patient; None where it knows nobody of that identifier."""
        with self.engine.connect() as db:
            return self.subjects.find(db, issuer, patient_id)

    @property
    def fhir_index(self) -> FhirIndex:
        """What the FHIR API finds resources by."""
        return FhirIndex(self.store, self.keyed_hash)

    @property
    def log_keeper(self) -> LogKeeper:
        """What gives entries their place, and has them witnessed."""
        return LogKeeper(
            self.engine, self.log_key, self.record, self.refuse, self.witnesses, self.audit_feeds, self.clock
        )

    @property
    def retention(self) -> RetentionKeeper:
        """What lets go of data whose time is over."""
        return RetentionKeeper(self.engine, self.store, self.record, self.clock, schedule_of(self.settings))

    @property
    def again(self) -> Again:
        """What a person asks for once more."""
        return Again(self.engine, self.jobs, self.record, self.clock)

    @property
    def leftovers(self) -> Leftovers:
        """What removes the files that a kill left."""
        return Leftovers(self.engine, self.store, self.clock)

    def sequence_log(self) -> None:
        """Give every committed entry its place in the log, and sign the tree; raises TrailBroken."""
        self.log_keeper.sequence()


def now() -> datetime:
    """Return the time now, in UTC: the one clock of the program."""
    return datetime.now(UTC)


@contextmanager
def assemble(settings: Settings, clock: Callable[[], datetime] = now) -> Iterator[Diafan]:
    """Yield a Diafan on ``settings``, its database migrated and open; raises DatabaseNotReady, IssuerRefused."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with open_database(settings) as database, ThreadPoolExecutor(16, "flush") as flusher:
        store = FolderStore(settings.data_dir / "blobs")
        jobs = Jobs(database.url)
        secret = subject.subject_secret(settings.data_dir / "keys" / "pseudonym")
        given = settings.subject_keys
        subjects = Subjects(
            secret, settings.data_dir / "keys" / "subjects", given.get_secret_value() if given is not None else ""
        )
        record = Recorder(clock, subjects, settings.lawfulness)
        refuse = Refusals(database.engine, record, settings.data_dir / "refusals.kept")
        commitments = Commitments(
            database.engine, clock, wake=lambda db, delivery: defer_delivery(jobs, db, delivery, priority=1)
        )
        places = destinations.build(settings, commitments)
        library = library_of(settings)
        model_in_use = ModelInUse(
            database.engine, library, default_model(settings), partial(_load, settings), record, clock
        )
        trust = trust_of(settings, database.engine, clock)
        yield Diafan(
            settings=settings,
            database=database,
            store=store,
            jobs=jobs,
            record=record,
            refuse=refuse,
            acceptor=Acceptor(
                engine=database.engine,
                store=store,
                jobs=jobs,
                record=record,
                refuse=refuse,
                clock=clock,
                pseudonym=subjects.named,
                own_device_uids=model_in_use.device_uids,
                rules=read_rules(settings.rules, list(places), lambda name: library.find(name).identity.digest),
                archives=tuple(name for name, place in places.items() if Parcel.SOURCE in place.carries),
                min_free_bytes=settings.min_free_mb * MEGABYTE,
                flusher=flusher,
            ),
            deliverer=Deliverer(
                engine=database.engine, store=store, jobs=jobs, record=record, clock=clock, destinations=places
            ),
            restrictions=Restrictions(database.engine, subjects, jobs, record, clock),
            destinations=places,
            commitments=commitments,
            validator=trust.validator,
            issuer=trust.issuer,
            sessions=Sessions(
                database.engine,
                record,
                clock,
                settings.oidc.client_id if settings.oidc else "",
                idle=timedelta(minutes=settings.session_idle_min),
                lifetime=timedelta(hours=settings.session_max_h),
            ),
            provider=trust.provider,
            links=trust.links,
            log_key=keys.signing_key(settings.data_dir / "keys" / "audit-log.pem"),
            subjects=subjects,
            audit_feeds=audit_feed.build(settings, database.engine, jobs, subjects, clock),
            witnesses=witnesses.build(settings.witnesses, settings.data_dir, clock),
            keyed_hash=partial(subject.keyed_hash, secret),
            clock=clock,
            library=model_in_use.library,
            model_in_use=model_in_use,
        )


def default_model(settings: Settings) -> Path:
    """Return the folder of the model that answers until a person chooses."""
    return bundled() if settings.model == BUNDLED else Path(settings.model)


def library_of(settings: Settings) -> Library:
    """Return the models on this machine; it needs no database."""
    return Library(settings.data_dir / "models", default_model(settings))


def _load(settings: Settings, folder: Path) -> "Classifier":
    from models.classifier import Classifier

    return Classifier.load(folder, engine=settings.engine, threads=settings.threads or None)


@contextmanager
def sole(settings: Settings, roles: Sequence[Role]) -> Iterator[None]:
    """Hold the roles' locks on the data folder; raises AlreadyRunning where another program has one."""
    with ExitStack() as locks:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        for role in roles:
            handle = locks.enter_context((settings.data_dir / f"{role.value}.lock").open("a"))
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(
                    f"another Diafan is the {role.value} on the data folder {settings.data_dir}: stop it first, or choose another data_dir"
                ) from error
        yield


async def run(diafan: Diafan, roles: Sequence[Role], when_ready: Callable[[Diafan, Event], bool] | None = None) -> None:
    """Play the roles until cancelled.

    ``when_ready`` runs once, in a thread, when every role answers. Its event says that all end; it returns whether to go on.
    """
    this = asyncio.current_task()
    with ExitStack() as parts:
        with diafan.engine.begin() as db:
            diafan.record(db, EventType.SERVICE_STARTED, detail={"version": __version__})
            record_configuration(db, diafan.record, diafan.settings)
        diafan.refuse.make_room()
        diafan.log_keeper.compare_with_witnesses()
        diafan.store.sweep()
        if Role.LISTENER in roles:
            try:
                port = parts.enter_context(listening(diafan))
            except OSError as error:
                raise _taken("the DICOM listener", diafan.settings.dimse_host, diafan.settings.dimse_port) from error
            log.info("listening for DICOM", extra={"port": port, "ae_title": diafan.settings.ae_title})
        if Role.API in roles:
            parts.enter_context(_api(diafan))
        try:
            background: list[Callable[[], Coroutine[None, None, None]]] = [diafan.log_keeper.keep]
            if Role.API in roles:
                background.append(partial(keep_swept, diafan.sessions))
            if when_ready is not None:
                background.append(partial(_until, when_ready, diafan, this))
            if Role.WORKER in roles:
                await _work(diafan, background)
            else:
                await asyncio.gather(*(start() for start in background))
        finally:
            with diafan.engine.begin() as db:
                diafan.record(db, EventType.SERVICE_STOPPED)
            diafan.sequence_log()


async def _work(diafan: Diafan, background: Sequence[Callable[[], Coroutine[None, None, None]]]) -> None:
    settings = diafan.settings
    pipeline = pipeline_of(diafan)
    diafan.deliverer.park_homeless()
    background = [*background, diafan.retention.keep, diafan.leftovers.keep]
    await work(
        diafan.database.url,
        {
            Stage.ANALYSE: pipeline.analyse,
            Stage.REPORT: pipeline.report,
            Stage.DELIVER: diafan.deliverer.deliver,
            Stage.FEED: diafan.audit_feeds.feed,
        },
        {
            Stage.ANALYSE: pipeline.give_up_image,
            Stage.REPORT: pipeline.give_up_report,
        },
        [*map(delivery_queue, diafan.destinations), *map(feed_queue, diafan.audit_feeds.repositories)],
        WorkerOptions(settings.retry_first_s, settings.retry_longest_s, settings.stalled_after_s),
        background,
    )


def pipeline_of(diafan: Diafan) -> "Pipeline":
    """Return the stages that a worker runs, with the model in use loaded; raises ModelRefused."""
    from models.scope import Gate
    from service.pipeline import Pipeline

    settings = diafan.settings
    classifier = CurrentClassifier(diafan.model_in_use)
    classifier.start(diafan.acceptor.rules.models)
    return Pipeline(
        engine=diafan.engine,
        store=diafan.store,
        jobs=diafan.jobs,
        record=diafan.record,
        clock=diafan.clock,
        gate=Gate.load().check,
        classifier=classifier,
        destinations=diafan.destinations,
        quiet_period=timedelta(seconds=settings.quiet_period_s),
        intended_use=settings.intended_use,
        reporting=settings.reporting,
        card=diafan.library.card,
        dicomweb_url=f"{settings.public_url}/dicom-web" if settings.public_url else "",
        index=diafan.fhir_index,
    )


@contextmanager
def _api(diafan: Diafan) -> Iterator["uvicorn.Server"]:
    import uvicorn

    from service.api import create_api

    api = create_api(diafan)
    config = uvicorn.Config(
        api,
        host=diafan.settings.http_host,
        port=diafan.settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="api", daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise _taken("the API", diafan.settings.http_host, diafan.settings.http_port)
    try:
        yield server
    finally:
        api.state.live.close()  # event streams would hold the server until its patience ends
        server.should_exit = True
        thread.join(10)


def _taken(who: str, host: str, port: int) -> OSError:
    return OSError(
        f"{who} cannot listen on {host}:{port}: another program has the port; end it, or choose another in the settings"
    )


async def _until(goes_on: Callable[[Diafan, Event], bool], diafan: Diafan, whole: "asyncio.Task[None] | None") -> None:
    ended = Event()
    try:
        if not await asyncio.to_thread(goes_on, diafan, ended) and whole is not None:
            whole.cancel()
    finally:
        ended.set()

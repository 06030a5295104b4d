"""An installation whose clock can be put on by days: it has studies of its own, so that nobody else's lose their pixels."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import uvicorn
from sqlalchemy.orm import Session

from audit.event import Agent
from audit.search import search
from service import app as root
from service.accept import Accepted, AlreadyHeld, Origin
from service.api import create_api
from service.app import Diafan
from service.audit_names import names_of_study
from service.gdpr.retention import RetentionKeeper
from service.records import Delivery, Image
from service.settings import Settings
from tests.instances import make_instance
from tests.service.api_client import Api

ORIGIN = Origin(Agent(kind="system", id="XRAY1"), source="dicom:XRAY1")


@dataclass
class Clock:
    """A clock that runs, ``ahead`` of this machine's; or stands at ``at``."""

    ahead: timedelta = timedelta(0)
    at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Sent:
    """A study as it was sent: of one image."""

    uid: str
    image_id: UUID
    file: bytes


@dataclass
class Aged:
    """The installation, and what a test does with it."""

    api: Api
    clock: Clock
    folder: Path
    _count: int = field(default=0)

    @property
    def diafan(self) -> Diafan:
        return self.api.diafan

    @property
    def keeper(self) -> RetentionKeeper:
        return self.diafan.retention

    def write(self, *given: str, **elements: object) -> Path:
        self._count += 1
        return make_instance(self.folder, *given, name=f"{self._count}.dcm", **elements)

    def accept(self, file: Path | bytes, origin: Origin = ORIGIN) -> Accepted | AlreadyHeld:
        self._count += 1
        aside = self.folder / f"{self._count}.part"
        aside.write_bytes(file if isinstance(file, bytes) else file.read_bytes())
        return self.diafan.acceptor.accept(aside, origin)

    def sent(self, file: Path | None = None, **elements: object) -> Sent:
        """Take a radiograph through all stages."""
        content = (file or self.write(**elements)).read_bytes()
        image_id = self.accept(content).image_id
        self.api.process(str(image_id))
        return Sent(self.image(image_id).study_instance_uid, image_id, content)

    def expired(self, **elements: object) -> Sent:
        """Take a radiograph through all stages, and let its pixels go."""
        study = self.sent(**elements)
        self.pass_days(31)
        self.keeper.expire()
        assert self.image(study.image_id).pixels_expired_at is not None
        return study

    def pass_days(self, days: float) -> None:
        self.clock.ahead += timedelta(days=days)

    def deliver(self, uid: str) -> None:
        with self.diafan.engine.connect() as db:
            mine = sa.select(Delivery.id).where(Delivery.study_instance_uid == uid).order_by(Delivery.created_at)
            deliveries = list(db.scalars(mine))
        for delivery in deliveries:
            self.diafan.deliverer.deliver(str(delivery))

    def image(self, image_id: UUID) -> Image:
        with Session(self.diafan.engine) as db:
            image = db.get_one(Image, image_id)
            db.expunge(image)
            return image

    def change(self, record: object, **values: object) -> None:
        """Change rows behind everybody's back: ``record`` is a condition on the table of its columns."""
        table = next(iter(record.get_children())).table
        with self.diafan.engine.begin() as db:
            assert db.execute(sa.update(table).where(record).values(**values)).rowcount

    def entries(self, uid: str, kind: str) -> list[dict]:
        """Return what the log says of a study, of one kind of act."""
        self.diafan.sequence_log()
        with self.diafan.engine.connect() as db:
            names = names_of_study(db, self.diafan.subjects, uid)
            found = [dict(entry.event) for entry in search(db, limit=100_000)]
        return [one for one in found if one.get("study") in names and one["type"] == kind]

    def blobs(self) -> set[str]:
        """Return the keys of all blobs that there are."""
        root_folder = self.diafan.store.root
        return {str(path.relative_to(root_folder)) for path in root_folder.rglob("*") if path.is_file()}


@contextmanager
def aged_installation(model_folder: Path) -> Iterator[Aged]:
    """Yield one, with its API behind a real port."""
    folder, clock = Path(tempfile.mkdtemp(prefix="df")), Clock()
    settings = Settings(
        data_dir=folder / "d", model=str(model_folder), engine="torch", http_port=0, dimse_port=0, quiet_period_s=0
    )
    try:
        with root.assemble(settings, clock) as diafan:
            pipeline = replace(root.pipeline_of(diafan), gate=lambda _radiograph: None)
            app = create_api(diafan)
            config = uvicorn.Config(
                app, host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            while not server.started:
                thread.join(0.02)
                assert thread.is_alive()
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Aged(Api(f"http://127.0.0.1:{port}", diafan, pipeline), clock, folder)
            server.should_exit = True
            thread.join(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

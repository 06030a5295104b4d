"""What the API answers of operations, as pydantic models with an example each: OpenAPI is made of them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from service.api.schemas import AT, IMAGE_ID, STUDY_UID, Model, example, example_of


class QueueLine(BaseModel):
    """The jobs of one queue."""

    model_config = example(name="analyse", due=3, running=2, later=0, oldest_s=1.2)

    name: str = Field(description="`analyse`, `report`, or `deliver:<destination>`")
    due: int
    running: int
    later: int = Field(description="put off to a later try, or to when a study is quiet")
    oldest_s: float | None = Field(description="how long the oldest due job has waited")


class DestinationLine(BaseModel):
    """How one destination fares."""

    model_config = example(
        name="pacs",
        kind="pacs",
        address="ARCHIVE@pacs.example:104",
        unfinished=2,
        parked=0,
        delivered_last_hour=120,
        delivered_last_day=1204,
        last_delivered_at=AT,
        last_error="",
        failing=0,
    )

    name: str
    kind: Literal["folder", "pacs", "ehr", "not configured"] = Field(
        description="`not configured`: it was once, and parcels for it are still here"
    )
    address: str = Field(description="AE title, host and port; a base URL; or a folder")
    unfinished: int
    parked: int
    delivered_last_hour: int
    delivered_last_day: int = Field(description="over the spans below")
    last_delivered_at: datetime | None
    last_error: str = Field(description="the peer's own words to the newest parcel that it has not taken")
    failing: int = Field(description="parcels that were tried and will be tried again")


class SpanLine(BaseModel):
    """A quarter of an hour: how much each stage did in it, and how long analyses took."""

    model_config = example(
        begins_at=AT, received=40, declined=1, analysed=39, reported=38, delivered=80, p50_s=0.7, p95_s=1.1
    )

    begins_at: datetime
    received: int
    declined: int = Field(description="of those that were received in it")
    analysed: int
    reported: int
    delivered: int = Field(description="parcels, to all destinations together")
    p50_s: float | None = Field(description="seconds from received to analysed, half of the images took no longer")
    p95_s: float | None


class SpeedOfDay(BaseModel):
    """Seconds from received to analysed, over all spans together; null: nothing was analysed."""

    model_config = example(p50_s=0.7, p95_s=1.4)

    p50_s: float | None
    p95_s: float | None


class ReasonLine(BaseModel):
    """How many images ended for one reason."""

    model_config = example(code="own-result", count=14)

    code: str
    count: int


class Disk(BaseModel):
    """Room for objects, in bytes; below the reserve nothing is accepted."""

    model_config = example(free_bytes=200_000_000_000, total_bytes=512_000_000_000, reserve_bytes=256_000_000)

    free_bytes: int
    total_bytes: int
    reserve_bytes: int


class Database(BaseModel):
    """PostgreSQL: its version, and how long it takes for the shortest answer."""

    model_config = example(version="18.0", answer_ms=0.4)

    version: str
    answer_ms: float


class AuditLog(BaseModel):
    """How long the audit log is, and whether its sequencer keeps up."""

    model_config = example(entries=12_481, waiting=0, behind_s=None)

    entries: int = Field(description="that have their place, under a signed checkpoint")
    waiting: int = Field(description="that are committed and have no place yet")
    behind_s: float | None = Field(description="how old the oldest waiting one is; null: none waits")


class ListenerLine(BaseModel):
    """Where senders reach the DICOM listener, as the settings say."""

    model_config = example(ae_title="DIAFAN", host="0.0.0.0", port=11112)  # noqa: S104 - an example, and no address that we listen on

    ae_title: str
    host: str
    port: int


class Identity(BaseModel):
    """Whose tokens and sign-ins are believed."""

    model_config = example(kind="provider", issuer="https://id.example/realms/hospital")

    kind: Literal["embedded", "provider"]
    issuer: str


class ModelState(Model):
    """The model in use, since when, and whether it can answer: while ``problem`` says why not, every analysis waits."""

    model_config = example(**example_of(Model), since=AT, problem="")

    since: datetime | None
    problem: str


class Operations(BaseModel):
    """How the service fares now, and over the last day."""

    model_config = example(
        at=AT,
        version="0.1.0",
        model=example_of(ModelState),
        workers=4,
        reports_due=1,
        quiet_period_s=5,
        last_received_at=AT,
        disk=example_of(Disk),
        database=example_of(Database),
        audit_log=example_of(AuditLog),
        identity=example_of(Identity),
        listener=example_of(ListenerLine),
        queues=[example_of(QueueLine)],
        destinations=[example_of(DestinationLine)],
        spans=[example_of(SpanLine)],
        speed=example_of(SpeedOfDay),
        declined=[example_of(ReasonLine)],
        refused=[{"code": "unreadable", "count": 1}],
    )

    at: datetime = Field(description="when all this was read")
    version: str
    model: ModelState
    workers: int = Field(description="that were heard of lately: one for each queue in each process")
    reports_due: int = Field(description="studies that are owed a report, once they are quiet")
    quiet_period_s: float
    last_received_at: datetime | None
    disk: Disk
    database: Database
    audit_log: AuditLog
    identity: Identity
    listener: ListenerLine
    queues: list[QueueLine]
    destinations: list[DestinationLine]
    spans: list[SpanLine] = Field(description="oldest first")
    speed: SpeedOfDay
    declined: list[ReasonLine] = Field(description="over the same spans, the most frequent first; nothing of them left")
    refused: list[ReasonLine] = Field(description="over the same spans: senders that were told to keep what they sent")


class ParkedLine(BaseModel):
    """What waits for a person, and why."""

    model_config = example(
        kind="delivery",
        id=IMAGE_ID,
        study_instance_uid=STUDY_UID,
        destination="pacs",
        parcel="results",
        attempts=1,
        since=AT,
        code="",
        reason="status 0xA700: Refused: Out of Resources",
        can_retry=True,
    )

    kind: Literal["image", "report", "delivery"]
    id: str = Field(description="of the image or the delivery; a report's is its study's UID")
    study_instance_uid: str
    destination: str = Field(description="of a delivery; else empty")
    parcel: Literal["", "source", "results", "report"] = Field(description="what a delivery carries")
    attempts: int = Field(description="how often a delivery was tried")
    since: datetime = Field(description="when the image, the study or the delivery came to be")
    code: str
    reason: str = Field(description="in the peer's own words, where it is a delivery")
    can_retry: bool


class ParkedLines(BaseModel):
    """What waits for a person, oldest first: 500 at most."""

    model_config = example(total=1, parked=[example_of(ParkedLine)])

    total: int
    parked: list[ParkedLine]


class Checked(BaseModel):
    """Whether a destination answers now, and how long that took."""

    model_config = example(answers=False, error="pacs.example:104 refused the connection", took_ms=3.1)

    answers: bool
    error: str
    took_ms: float


class Queued(BaseModel):
    """How much was queued again."""

    model_config = example(queued=1)

    queued: int

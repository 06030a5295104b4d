"""The API as its clients see it."""

import io
from dataclasses import dataclass
from uuid import UUID

import httpx
import numpy as np
import sqlalchemy as sa
from PIL import Image

from audit.search import search
from models.labels import Label
from service.access import Scope
from service.app import Diafan
from service.audit_names import names_of_study
from service.pipeline import Pipeline
from service.records import Delivery

PRESENT = Label.PLEURAL_EFFUSION
ABSENT = Label.CARDIOMEGALY
NOT_ASSESSED = Label.FRACTURE
EXPLORATORY = Label.PLEURAL_OTHER
INDETERMINATE = Label.EDEMA
READ_WRITE = (Scope.STUDY_READ, Scope.STUDY_WRITE)


@dataclass(frozen=True)
class Api:
    """The API as a client sees it, and what a test must do around it."""

    url: str
    diafan: Diafan
    pipeline: Pipeline

    def client(self, *scopes: Scope, subject: str = "a-client", client_id: str = "") -> httpx.Client:
        """Return a client with a token for ``scopes``; without scopes it has no token."""
        token = self.diafan.issuer.token(subject, scopes, client_id=client_id) if scopes else None
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30
        )

    def process(self, image_id: str) -> None:
        """Run the image through analysis, report and every delivery."""
        self.pipeline.analyse(image_id)
        with self.diafan.engine.connect() as db:
            study = db.scalar(sa.text("select study_instance_uid from image where id = :i"), {"i": UUID(image_id)})
        self.pipeline.report(study)
        with self.diafan.engine.connect() as db:
            deliveries = list(db.scalars(sa.select(Delivery.id).where(Delivery.study_instance_uid == study)))
        for delivery in deliveries:
            self.diafan.deliverer.deliver(str(delivery))

    def log(self, request_id: str) -> list[dict]:
        """Return the events that one request left in the audit log."""
        self.diafan.sequence_log()
        with self.diafan.engine.connect() as db:
            return [dict(e.event) for e in search(db, limit=100_000) if e.event.get("request_id") == request_id]

    def names(self, study_instance_uid: str) -> list[str]:
        """Return what the audit log calls a study."""
        with self.diafan.engine.connect() as db:
            return names_of_study(db, self.diafan.subjects, study_instance_uid)


def is_problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert set(problem) >= {"type", "title", "detail", "instance"}
    assert problem["instance"] == UUID(answer.headers["x-request-id"]).urn
    return problem


def upload(client, *files: bytes, **fields):
    parts = [("files", (f"Kanarek-{n}.dcm", content, "application/octet-stream")) for n, content in enumerate(files)]
    return client.post("/studies", files=parts, data=fields)


def picture(seed, kind="PNG", size=(300, 200)):
    pixels = np.random.default_rng(seed).integers(0, 255, size[::-1], np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()

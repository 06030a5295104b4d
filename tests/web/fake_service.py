"""The served client before an API that answers from memory: what a browser shows of it can be looked at, and measured.

python -m tests.web.fake_service [port] serves it until Ctrl-C.
"""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse

from models.labels import LABELS
from service.api import client
from service.api.frame import Frame

_FAMILIES = (
    ("Nowak", "Nowak"), ("Kowalska", "Kowalski"), ("Wiśniewska-Kołodziejczyk", "Wiśniewski"), ("Wójcik", "Wójcik"),
    ("Kamińska", "Kamiński"), ("Zielińska", "Zieliński"), ("Dąbrowska", "Dąbrowski"), ("Woźniak", "Woźniak"),
    ("Brzęczyszczykiewicz-Chrząszczyżewoszycka", "Brzęczyszczykiewicz-Chrząszczyżewoszycki"), ("Sęk", "Sęk"), ("Żyła", "Żyła"),
    ("Ćwiąkała", "Ćwiąkała"), ("Łoś", "Łoś"), ("Źrebiec", "Źrebiec"), ("O'Brien", "O'Brien"), ("Müller", "Müller"), ("Mazur", "Mazur"),
)  # fmt: skip
_GIVEN = (
    ("Agnieszka", "Stanisław"), ("Małgorzata Anna Katarzyna", "Jan Paweł"), ("Krystyna", "Zbigniew"), ("Ewa", "Tomasz"),
    ("Halina", "Piotr"), ("Zofia", "Grzegorz"), ("Łucja", "Ignacy"), ("Żaneta", "Łukasz"), ("Wanda", "Józef"),
)  # fmt: skip
_WHAT = ("Chest PA", "Chest AP portable", "Chest PA and lateral", "Chest AP, ICU bed 4", "Klatka piersiowa PA", "")
_THRESHOLDS = {"No Finding": 0.5422, "Lung Opacity": 0.528188, "Edema": 0.072109, "Pleural Effusion": 0.203967}
_ORDER = ("Pneumothorax", "Edema", "Pleural Effusion", "Consolidation", "Pneumonia")
_QUIET_REASONS = (
    ("view", "View Position is LL; Diafan reads frontal views, PA and AP"),
    ("body-part", "Body Part Examined is LEG; Diafan reads CHEST"),
    ("not-a-frontal-chest", "does not look like a frontal chest radiograph"),
)
NOW = datetime(2026, 11, 25, 14, 35, tzinfo=UTC)
SESSION: dict[str, Any] = {
    "name": "Dr Anna Kurek",
    "subject": "anna",
    "roles": ["physician"],
    "scopes": ["study.read", "study.write"],
    "expires_at": "2099-01-01T00:00:00Z",
    "idle_until": "2099-01-01T00:00:00Z",
    "intended_use": "research use, not for diagnosis",
    "version": "0.1.0",
}


def _finding(label: str, chance: random.Random, *, is_open: bool = False) -> dict[str, Any]:
    threshold = _THRESHOLDS.get(label, 0.4)
    probability = threshold + (chance.uniform(0.005, 0.05) if is_open else chance.uniform(0.06, 0.95 - threshold))
    call = "indeterminate" if is_open else "present"
    return {"label": label, "call": call, "probability": probability, "threshold": threshold}


def study(number: int) -> dict[str, Any]:
    """Return the study that came as the ``number``-th before now, the same each time."""
    chance = random.Random(number)
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(35_000))
    status = ["received", "analysing", "analysing", "reported"][number] if number < 4 else "delivered"
    status = chance.choices([status, "parked", "declined", "withdrawn"], [86, 4, 7, 3])[0] if number > 4 else status
    findings = []
    if status in {"reported", "delivered"}:
        if number == 3:
            findings = [_finding(label, chance, is_open=label in {"Fracture", "Edema"}) for label in LABELS[1:]]
        elif chance.random() < 0.45:
            findings = [_finding("No Finding", chance)]
        else:
            labels = chance.sample(
                [*sorted(_THRESHOLDS.keys() - {"No Finding"}), "Pneumothorax"], chance.randrange(1, 4)
            )
            findings = [_finding(label, chance, is_open=chance.random() < 0.3) for label in labels]
    called = [f["label"] for f in findings if f["call"] == "present"]
    places = [_ORDER.index(label) for label in called if label in _ORDER]
    findings.sort(key=lambda f: (f["call"] != "present", -f["probability"]))
    code, reason = ("", "")
    if status == "declined":
        code, reason = chance.choice(_QUIET_REASONS)
    elif status == "parked":
        code, reason = "conflicting-pixels", "the same SOP Instance UID came with other pixels"
    sex = chance.randrange(2)
    received = NOW - timedelta(minutes=number * 3.7)
    return {
        "study_instance_uid": f"2.25.{10**20 + number}",
        "patient_id": f"{born:%y%m%d}{chance.randrange(10_000, 99_999)}",
        "patient_id_before": "",
        "patient_changed_at": None,
        "corrected": [],
        "corrected_on": None,
        "patient_name": f"{chance.choice(_FAMILIES)[sex]}^{chance.choice(_GIVEN)[sex]}",
        "birth_date": born.isoformat() if number != 0 else "2026-08-02",
        "sex": "FM"[sex],
        "accession_number": f"A-2026-{118_442 - number}",
        "study_date": received.date().isoformat(),
        "description": chance.choice(_WHAT),
        "status": status,
        "reason_code": code,
        "reason": reason,
        "received_at": received.isoformat(),
        "changed_at": received.isoformat(),
        "source": chance.choice(["dicom:PACS1", "dicom:CR-ROOM-2", "dicom:ICU-DX", "api:upload"]),
        "images": chance.choice([1, 1, 1, 2]),
        "findings": findings,
        "priority": min(places) if places else None,
        "review": chance.choice(["none", "signed", "signed", "draft", "waiting"]) if number > 3 else "none",
    }


@dataclass
class FakeService:
    """What the API has and says; a test changes it while a browser looks."""

    total: int = 1284
    session: dict[str, Any] | None = field(default_factory=lambda: dict(SESSION))
    refuses: int = 0
    """Answer reading the worklist with this status; 0: read it."""
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What studies say otherwise than `study` does, by UID."""
    fresh: list[dict[str, Any]] = field(default_factory=list)
    """Studies that came since, newest first."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def tell(self, changed: Sequence[str]) -> None:
        """Have every browser that listens hear that studies changed."""
        quoted = ",".join(f'"{uid}"' for uid in changed)
        self.told.append(f"event: studies\ndata: [{quoted}]\n\n")

    def app(self) -> FastAPI:
        """Return what a server serves."""
        router = APIRouter()
        router.add_api_route("/session", self._session)
        router.add_api_route("/worklist", self._worklist, methods=["POST"])
        router.add_api_route("/events", self._events)
        router.add_api_route("/health/ready", lambda: {"status": "ready"})
        router.add_api_route("/sign-out", lambda: {"sessions": 1, "end_session_url": None}, methods=["POST"])
        app = FastAPI()
        app.include_router(router)
        app.include_router(client.router)
        app.add_middleware(Frame)
        return app

    def _session(self) -> Any:
        return self.session or self._problem(401, reason="missing")

    def _worklist(self, query: dict[str, Any]) -> Any:
        self.asked.append(query)
        if self.session is None:
            return self._problem(401, reason="session-expired")
        if self.refuses:
            return self._problem(self.refuses)
        offset, limit = query["offset"], query["limit"]
        total = self.total + len(self.fresh)
        if query["studies"]:
            rows = [s for s in (self._of(uid) for uid in query["studies"]) if s and self._is_wanted(s, query)]
            return {"total": len(rows), "offset": 0, "studies": rows}
        if query["status"] or query["finding"] or query["text"]:
            # A few hundred are enough to look at.
            every = [s for s in map(self._row, range(min(total, 600))) if self._is_wanted(s, query)]
            return {"total": len(every), "offset": offset, "studies": every[offset : offset + limit]}
        rows = [self._row(n) for n in range(offset, min(total, offset + limit))]
        return {"total": total, "offset": offset, "studies": rows}

    def _row(self, place: int) -> dict[str, Any]:
        row = self.fresh[place] if place < len(self.fresh) else study(place - len(self.fresh))
        return {**row, **self.changes.get(row["study_instance_uid"], {})}

    def _of(self, uid: str) -> dict[str, Any] | None:
        new = next((s for s in self.fresh if s["study_instance_uid"] == uid), None)
        row = new or study(int(uid.removeprefix("2.25.")) - 10**20)
        return {**row, **self.changes.get(uid, {})}

    @staticmethod
    def _is_wanted(row: dict[str, Any], query: dict[str, Any]) -> bool:
        calls = {f["label"] for f in row["findings"] if f["call"] == "present"}
        searched = f"{row['patient_name']} {row['patient_id']} {row['accession_number']}".lower()
        return (
            (not query["status"] or row["status"] in query["status"])
            and (not query["finding"] or query["finding"] in calls)
            and all(word in searched for word in query["text"].lower().split())
        )

    @staticmethod
    def _problem(status: int, **members: str) -> JSONResponse:
        content = {
            "type": "about:blank", "title": "", "status": status, "detail": "",
            "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11", **members,
        }  # fmt: skip
        return JSONResponse(content, status, media_type="application/problem+json")

    def _events(self) -> StreamingResponse:
        async def lines() -> AsyncIterator[str]:
            heard = len(self.told)
            yield "event: studies\ndata: null\n\n"
            while True:
                for line in self.told[heard:]:
                    yield line
                heard = len(self.told)
                await asyncio.sleep(0.1)

        return StreamingResponse(lines(), media_type="text/event-stream")


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(FakeService(total=100_000).app(), host="127.0.0.1", port=int([*sys.argv, "8720"][1]))

"""The demonstration: sample radiographs through a real association, and a table of what became of them."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import sqlalchemy as sa
from rich.console import Console
from sqlalchemy.orm import Session

from integrations import dimse
from integrations.instance import read_instance
from service import overview
from service.app import Diafan
from service.destinations import tls_of
from service.records import Delivery, DeliveryState, Image, ImageState, Study
from service.roles import PersonRole
from service.terminal import one_time_link

_PATIENCE_S = 300.0


def bundled() -> list[Path]:
    """Return the sample radiographs that come with Diafan."""
    return sorted(Path(__file__).with_name("samples").glob("*.dcm"))


def show(diafan: Diafan, samples: Sequence[Path], console: Console, ended: Event, *, once: bool) -> bool:
    """Send the samples, wait until every image and delivery has settled, print the table; return whether to serve on."""
    settings = diafan.settings
    names = {read_instance(path).sop_instance_uid: path.stem for path in samples}
    console.print(
        f"Diafan listens: DICOM {settings.ae_title} on {settings.dimse_host}:{settings.dimse_port}, API {settings.api_url}"
    )
    peer = dimse.Peer(
        settings.dimse_host,
        settings.dimse_port,
        settings.ae_title,
        "DIAFANDEMO",
        tls=tls_of(settings.dimse_tls),
    )
    with console.status("") as line:
        sent = 0

        def on_sent(path: Path, status: int) -> None:
            nonlocal sent
            sent += 1
            line.update(f"sent {sent} of {len(samples)}: {path.stem} (status 0x{status:04X})")

        dimse.send(peer, samples, on_sent)
        deadline = time.monotonic() + _PATIENCE_S
        while (left := _unsettled(diafan.engine)) and time.monotonic() < deadline:
            line.update(f"{left} still to analyse, report or deliver")
            if ended.wait(0.2):
                return False
    lines = [x for x in overview.load(diafan.engine, limit=500) if x.image.sop_instance_uid in names]
    console.print(overview.image_table(lines, names))
    console.print(f"[bold]{settings.intended_use}[/]. Diafan supports a physician and never replaces one.")
    console.print(
        f"API and its documentation: {settings.api_url}/docs   token: {Path(sys.argv[0])} token --scope study.read"
    )
    if not once:
        if diafan.links is not None:
            # A demonstration is one person who looks at everything: a hospital would keep these roles apart.
            link = one_time_link(diafan, list(PersonRole), "Visitor")
            console.print("Open this once, within ten minutes, to see it all in a browser (another: `diafan sign-in`):")
            console.print(link, soft_wrap=True, style="bold")
        console.print("Serving on; Ctrl-C ends.")
    return not once


def _unsettled(engine: sa.Engine) -> int:
    with Session(engine) as db:
        images = db.scalar(sa.select(sa.func.count()).select_from(Image).where(Image.state == ImageState.RECEIVED)) or 0
        studies = db.scalar(sa.select(sa.func.count()).select_from(Study).where(Study.due_at.is_not(None))) or 0
        moving = [DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.SENDING]
        deliveries = db.scalar(sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state.in_(moving))) or 0
    return images + studies + deliveries

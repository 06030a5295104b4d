"""Diafan that kills itself at a boundary between two stages: `python -m tests.journeys.killed FILE serve ...`.

The product has no hooks for this: its functions are wrapped here. The program reads FILE whenever it comes by a
boundary, and where the boundary's name stands in it, empties it and sends itself SIGKILL: no handler runs, nothing is
flushed or told to anybody.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.classifier import Classifier
from service import accept, cli, destinations
from service.accept import Acceptor
from service.deliver import Deliverer
from service.destinations import Ehr, Pacs
from service.pipeline import Pipeline
from service.records import DeliveryState
from service.store import FolderStore

BOUNDARIES = (
    "accept: file written, nothing committed",
    "accept: committed, Success not sent",
    "analyse: before it says anything",
    "analyse: objects written, nothing committed",
    "analyse: committed, job not finished",
    "report: bundle written, nothing committed",
    "report: committed, job not finished",
    "deliver to the PACS: intent committed, nothing sent",
    "deliver to the PACS: sent and stored, outcome not committed",
    "deliver to the PACS: outcome committed, job not finished",
    "deliver to the EHR: intent committed, nothing sent",
    "deliver to the EHR: answered, outcome not committed",
)


def wrap(
    owner: Any, name: str, before: Callable[..., str] | None = None, after: Callable[..., str] | None = None
) -> None:
    """Have ``owner.name`` come by the boundary that ``before`` or ``after`` names from its arguments."""
    whole = getattr(owner, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            pass_by(before(*arguments, **named))
        result = whole(*arguments, **named)
        if after is not None:
            pass_by(after(*arguments, **named))
        return result

    setattr(owner, name, wrapped)


def pass_by(boundary: str) -> None:
    if boundary and boundary == ORDER.read_text():
        ORDER.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)


def written(_store: FolderStore, key: str, _content: bytes) -> str:
    kinds = {
        "evidence": "analyse: objects written, nothing committed",
        "reports": "report: bundle written, nothing committed",
    }
    return kinds.get(key.partition("/")[0], "")


def finished(
    _deliverer: Deliverer,
    _id: object,
    _attempt: int,
    state: DeliveryState,
    *_: object,
    receipt: Any = None,
    **__: object,
) -> str:
    to_pacs = state is DeliveryState.DELIVERED and "found by C-FIND" in receipt.values()
    return "deliver to the PACS: outcome committed, job not finished" if to_pacs else ""


def always(boundary: str) -> Callable[..., str]:
    return lambda *_, **__: boundary


def wrap_all() -> None:
    wrap(accept, "insert_new", after=always("accept: file written, nothing committed"))
    wrap(Acceptor, "accept", after=always("accept: committed, Success not sent"))
    wrap(Classifier, "assess", before=always("analyse: before it says anything"))
    wrap(FolderStore, "put", after=written)
    wrap(Pipeline, "analyse", after=always("analyse: committed, job not finished"))
    wrap(Pipeline, "_settle", after=always("report: committed, job not finished"))
    wrap(Pacs, "deliver", before=always("deliver to the PACS: intent committed, nothing sent"))
    wrap(destinations.dimse, "send", after=always("deliver to the PACS: sent and stored, outcome not committed"))
    wrap(Deliverer, "_finish", after=finished)
    wrap(
        Ehr,
        "deliver",
        always("deliver to the EHR: intent committed, nothing sent"),
        always("deliver to the EHR: answered, outcome not committed"),
    )


if __name__ == "__main__":
    ORDER = Path(sys.argv.pop(1))
    wrap_all()
    cli.app()

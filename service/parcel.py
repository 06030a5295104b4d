"""What a delivery carries, and the port of whoever takes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import UUID

from integrations.result_object import ResultKind
from service.destination_settings import DEFAULT_OBJECTS
from service.records import Parcel

DEFAULT_KINDS = frozenset(DEFAULT_OBJECTS)
Receipt = Mapping[str, object]
"""What a destination answered: ``proof`` says how we know that the parcel arrived; kept with the delivery."""


class Unproven(Exception):
    """A parcel is there as far as the peer's statuses say, and its proof is still to come.

    ``look_again_s`` is when to look for it, should transaction ``awaited`` not wake the delivery before.
    """

    def __init__(self, message: str, look_again_s: float, awaited: str) -> None:
        super().__init__(message)
        self.look_again_s = look_again_s
        self.awaited = awaited


@dataclass(frozen=True, slots=True)
class Item:
    """One DICOM object on its way."""

    path: Path
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one delivery carries: DICOM items, and for a report its FHIR bundle (``bundle`` is its path).

    ``held`` has the versions that the destination told of the bundle's resources, by fullUrl (see `service.held_versions`).
    """

    parcel: Parcel
    study_instance_uid: str
    items: Sequence[Item] = ()
    bundle: Path | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    delivery_id: UUID = field(kw_only=True)


@runtime_checkable
class Destination(Protocol):
    """One place that takes parcels, and of DICOM objects the kinds that it asks for.

    A repeat must be safe; what arrived already is not sent again.
    """

    name: str
    carries: frozenset[Parcel]
    takes: frozenset[ResultKind]

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:
        """Hand over and return the proof; ``again`` says that an earlier try may have got through.

        Raises Rejected, Unavailable, and Unproven where the proof comes later.
        """

    def check(self) -> None:
        """Raise Rejected or Unavailable if the destination does not answer."""


def not_found(contents: Contents, find: Callable[[str, str, list[str]], set[str]]) -> list[Item]:
    """Return the items that ``find`` (study, series, instances) does not find at a peer; raises what it raises."""
    found: set[str] = set()
    for series in {item.series_instance_uid for item in contents.items}:
        wanted = [item.sop_instance_uid for item in contents.items if item.series_instance_uid == series]
        found |= find(contents.study_instance_uid, series, wanted)
    return [item for item in contents.items if item.sop_instance_uid not in found]

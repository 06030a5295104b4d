"""The job that removes what a killed program left: files half-written, and blobs of a commit that never came.

A blob lies in its place before the commit that names it. Whoever is killed in between leaves a file that may be of a patient and
that no record leads to, so that no erasure and no schedule would ever find it. What can be made again goes. What was received is
told to a person, and stays: a database that lost its last commits looks just like this, and senders may have heard Success.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.engine import is_transient
from service.gdpr.expired_blob import ExpiredBlob
from service.recorder import Clock
from service.records import Image, ObjectRecord, ReportRecord
from service.store import FolderStore, Seen

log = logging.getLogger(__name__)

EVERY_S = 3600.0
AGE = timedelta(days=1)
"""How long a file lies in its place before it is asked whether a record names it: no commit takes nearly as long."""
MOST = 100
"""Files that kills leave between two runs. Where there are more, something else is wrong, and they stay."""
_AT_ONCE = 50_000

NAMED_BY: dict[str, InstrumentedAttribute[str]] = {
    "received": Image.blob,
    "headers": Image.blob,
    "evidence": Image.evidence_blob,
    "objects": ObjectRecord.blob,
    "reports": ReportRecord.blob,
}
"""The folders of the store, and what names the blobs in each."""
ONLY_COPIES = frozenset({"received", "headers"})
"""Those whose blobs nothing makes again."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Removes what nothing names."""

    engine: sa.Engine
    store: FolderStore
    clock: Clock

    async def keep(self) -> None:
        """Sweep at once and every hour, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except Exception as error:  # noqa: BLE001 - an hourly job that fails ends nothing else
                if is_transient(error):
                    log.warning(
                        "the database or the disk does not answer: what was left behind stays until the next run"
                    )
                else:
                    log.error("what was left behind could not be removed (%s)", type(error).__name__)  # noqa: TRY400 - its trace could quote a path
            await asyncio.sleep(EVERY_S)

    def sweep(self) -> int:
        """Remove what is half-written for an hour, and of what lies in its place for a day, named by nothing, what can be made again.

        Returns how many of the latter. What was received is told by its keys, which are random.

        More than `MOST` of them, or more than there are of others, are no work of kills: the database may be an older one, or
        that of another folder. Then they stay, and the log says so.
        """
        self.store.sweep()
        named, unnamed = 0, list[Seen]()
        before = (self.clock() - AGE).timestamp()
        for folder, column in NAMED_BY.items():
            files = self.store.seen(folder, before)
            while seen := list(islice(files, _AT_ONCE)):
                known = self._named(column, [one.key for one in seen])
                named += len(known)
                unnamed += [one for one in seen if one.key not in known]
                if len(unnamed) > MOST:
                    return self._leave()
        if len(unnamed) > named:
            return self._leave()
        received = [one for one in unnamed if one.key.partition("/")[0] in ONLY_COPIES]
        if received:
            log.error(
                "images lie in the store that no record names: a program was killed before their senders heard Success, or the "
                "database has lost what it knew. Send them in again, and remove the files",
                extra={"files": [one.key for one in received]},
            )
        removed = sum(self.store.remove_seen(one) for one in unnamed if one not in received)
        if removed:
            log.warning("files that no record names were removed: a program was killed", extra={"count": removed})
        return removed

    def _named(self, column: InstrumentedAttribute[str], keys: list[str]) -> set[str]:
        """Return which of the keys a record names. It is asked after the files were seen: whoever wrote one has committed, or never will."""
        with Session(self.engine) as db:
            one_of = sa.any_(sa.literal(keys, sa.ARRAY(sa.Text)))
            return {key for by in (column, ExpiredBlob.blob) for key in db.scalars(sa.select(by).where(by == one_of))}

    @staticmethod
    def _leave() -> int:
        log.error(
            "more files of the store are named by no record than a kill leaves: is the database the one of this data folder, and "
            "not an older one? They stay"
        )
        return 0

"""Is an export what was signed? Needs the file, the public key, and what witnesses kept; no database, and no trust in who exported.

A stretch is hashed again from its first entry to the signed root, and compared with every earlier checkpoint on the way: with
one that a witness kept, a cut tail, a database that was rolled back, and a log that was forked or signed anew are seen.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.checkpoint import Checkpoint, NotSigned, read_note
from audit.export import FORMAT
from audit.merkle import CompactRange, is_included, leaf_hash


class NoExport(Exception):
    """The file is no export of a log, or is not signed by the key."""


@dataclass(slots=True)
class Judgement:
    """What was found: ``faults`` in words (none: the export is what was signed), and what could not be judged."""

    count: int = 0
    size: int = 0
    whole: bool = True
    faults: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)


def judge(lines: Iterable[str | bytes], key: Ed25519PublicKey, kept: Sequence[Checkpoint] = ()) -> Judgement:
    """Judge an export by the log's public ``key``, and by checkpoints that were ``kept`` elsewhere.

    Raises NoExport for another kind of file, or one whose checkpoint the key did not sign.
    """
    given = iter(lines)
    head = _object(next(given, b""))
    if head.get("format") != FORMAT:
        raise NoExport("this is no export of an audit log of Diafan")
    try:
        said = read_note(str(head.get("checkpoint")), key)
    except NotSigned as error:
        raise NoExport(f"the checkpoint of the export: {error}") from error
    found = Judgement(size=said.size, whole=head.get("kind") == "stretch")
    later = [one for one in kept if one.size > said.size]
    if later:
        most = max(one.size for one in later)
        found.faults.append(
            f"the log had {most} entries when a witness was told, and has {said.size} here: its tail was cut, or it was rolled back"
        )
    held = [one for one in kept if one.size <= said.size]
    if found.whole:
        _judge_stretch(head, given, said, held, found)
    else:
        _judge_selection(given, said, found)
        found.unjudged += ["what was left out of this selection"] if not found.faults else []
        found.unjudged += ["the witnesses' checkpoints: export the whole log for that"] if held else []
    return found


def _judge_stretch(
    head: dict[str, Any], lines: Iterable[str | bytes], said: Checkpoint, kept: Sequence[Checkpoint], found: Judgement
) -> None:
    try:
        tree = CompactRange(int(head["first"]), [base64.b64decode(peak, validate=True) for peak in head["peaks"]])
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise NoExport("the export does not say on what it builds") from None
    if before := sum(one.size < tree.size for one in kept):
        found.unjudged.append(f"{before} checkpoints of witnesses before entry {tree.size}, where the export begins")
    walk = _Walk(tree, found, tree.size)
    for one in [*kept, said]:
        walk.roots.setdefault(one.size, []).append(one.root)
    walk.meet()
    ended = False
    for raw in lines:
        content = _object(raw)
        if "end" in content:
            ended = content["end"] == found.count
            break
        if not walk.take(content):
            break
    if not ended:
        found.faults.append(f"the export was cut after {found.count} entries")
    elif tree.size != said.size and not walk.altered:
        found.faults.append(f"the export ends after {tree.size} entries, and its checkpoint is over {said.size}")


@dataclass(slots=True)
class _Walk:
    """The tree of a stretch as it grows, and the roots that it must have on its way. What is altered spoils the roots after it."""

    tree: CompactRange
    found: Judgement
    trusted: int
    altered: bool = False
    roots: dict[int, list[bytes]] = field(default_factory=dict)

    def take(self, content: dict[str, Any]) -> bool:
        """Judge an entry in its place; tell whether it is one."""
        index, text = content.get("index"), content.get("event")
        if not isinstance(index, int):
            return False
        self.found.count += 1
        if index != self.tree.size and not self.altered:
            missing = (
                f"entry {self.tree.size}" if index == self.tree.size + 1 else f"entries {self.tree.size} to {index - 1}"
            )
            self._fault(
                f"{missing}: missing" if index > self.tree.size else f"entry {index}: inserted, or not in its place"
            )
        if not isinstance(text, str):
            self._fault(f"entry {index}: gone")
            return True
        leaf = leaf_hash(text.encode())
        if leaf.hex() != content.get("leaf_hash"):
            self._fault(f"entry {index}: not what was signed")
        self.tree.extend([leaf])
        if self.tree.size in self.roots:
            self.meet()
        return True

    def meet(self) -> None:
        """Compare the tree with the roots that were signed for its size."""
        for root in self.roots.get(self.tree.size, ()):
            if root == self.tree.root():
                self.trusted = self.tree.size
            elif not self.found.faults:
                self._fault(
                    f"entries {self.trusted} to {self.tree.size - 1}: not those that were signed for {self.tree.size} entries:"
                    " changed, or the log was forked or signed anew"
                )

    def _fault(self, words: str) -> None:
        self.altered = True
        self.found.faults.append(words)


def _judge_selection(lines: Iterable[str | bytes], said: Checkpoint, found: Judgement) -> None:
    ended = False
    last = -1
    for raw in lines:
        content = _object(raw)
        if "end" in content:
            ended = content["end"] == found.count
            break
        found.count += 1
        try:
            index, text = int(content["index"]), str(content["event"])
            path = [base64.b64decode(node, validate=True) for node in content["path"]]
        except (KeyError, TypeError, ValueError, binascii.Error):
            found.faults.append(f"line {found.count + 1}: no entry")
            continue
        if index == last:
            found.faults.append(f"entry {index}: twice")
        last = index
        if not is_included(leaf_hash(text.encode()), index, said.size, path, said.root):
            found.faults.append(f"entry {index}: not what was signed")
    if not ended:
        found.faults.append(f"the export was cut after {found.count} entries")


def _object(raw: str | bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}

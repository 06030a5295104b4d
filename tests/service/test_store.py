"""The blob store: whole or not at all, and durable before anybody hears of it."""

import os

import pytest

from service.store import FolderStore


def test_a_blob_is_flushed_before_its_name_and_its_name_before_success(tmp_path, monkeypatch):
    store = FolderStore(tmp_path)
    trace = []
    fsync, rename = os.fsync, os.rename

    def traced_fsync(handle):
        trace.append(("fsync", os.path.realpath(f"/proc/self/fd/{handle}")))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", traced_fsync)
    monkeypatch.setattr(os, "rename", lambda a, b, **k: (trace.append(("rename", str(b))), rename(a, b, **k)))
    store.put("a/b/blob", b"content")
    target = str(tmp_path / "a" / "b" / "blob")
    renamed = trace.index(("rename", target))
    assert any(act == "fsync" and "incoming" in path for act, path in trace[:renamed])
    assert ("fsync", str(tmp_path / "a" / "b")) in trace[renamed:]
    assert ("fsync", str(tmp_path)) in trace
    assert ("fsync", str(tmp_path / "a")) in trace


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    store = FolderStore(tmp_path)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put("x/blob", b"content")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_key_cannot_leave_its_root(tmp_path):
    with pytest.raises(ValueError, match="below its root"):
        FolderStore(tmp_path / "root").path("../outside")


def test_what_a_killed_program_left_half_written_is_swept_away(tmp_path):
    store = FolderStore(tmp_path)
    old, new = store.incoming / "old.part", store.incoming / "new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.sweep()
    assert (old.exists(), new.exists()) == (False, True)

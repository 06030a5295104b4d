"""Bad input, full disks and dead peers: what the sender hears, what is kept, and that service goes on."""

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pydicom
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from pynetdicom.dsutils import encode

from integrations import dimse
from integrations.errors import Rejected, Unavailable
from service.issuer import EmbeddedIssuer
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import make_instance
from tests.journeys.hospital import database, send_data_set, study_of
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET
from tests.peers.process import LOOPBACK, wait_for

MEGABYTE = 1_000_000
DISK_MB, KEPT_BACK_MB = 48, 8
ROLES = ("listener", "api")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Make ``folder`` a disk of its own, of DISK_MB."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def door(folder: Path) -> Iterator[DiafanProcess]:
    """Diafan with embedded defaults as listener and API, its blobs on a small disk of their own."""
    if os.geteuid() != 0:
        pytest.skip("a disk of its own needs mount, and that needs root")
    with (
        small_disk(folder / "data" / "blobs"),
        diafan_process(folder, *ROLES, calling_ae_titles=[MODALITY_AET], min_free_mb=KEPT_BACK_MB) as diafan,
    ):
        yield diafan


@pytest.fixture(scope="module")
def reader(door: DiafanProcess) -> str:
    return door.token("study.read", "study.write", "audit.read", "ops")


def peer(diafan: DiafanProcess, called: str = DIAFAN_AET, calling: str = MODALITY_AET) -> dimse.Peer:
    return dimse.Peer(LOOPBACK, diafan.dimse_port, called, calling)


def free(diafan: DiafanProcess) -> int:
    disk = os.statvfs(diafan.folder / "data" / "blobs")
    return disk.f_bavail * disk.f_frsize


def kept(diafan: DiafanProcess) -> list[Path]:
    return [file for file in (diafan.folder / "data" / "blobs").rglob("*") if file.is_file()]


def refusals(diafan: DiafanProcess, token: str) -> list[str]:
    entries = diafan.get("/audit", token, type="instance-refused", limit=500).json()["entries"]
    return [entry["event"]["detail"]["reason"] for entry in entries]


@pytest.mark.parametrize("cut", ["in its pixels", "in its header", "no DICOM at all", "next to nothing"])
def test_a_broken_data_set_is_refused_and_nothing_is_kept(
    cut: str, door: DiafanProcess, reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_instance(tmp_path)
    whole = encode(pydicom.dcmread(image), is_implicit_vr=False, is_little_endian=True) or b""
    content = {
        "in its pixels": whole[: len(whole) // 2],
        "in its header": whole[:133],
        "no DICOM at all": b"%PDF-1.7 " * 5000,
        "next to nothing": b"\0\0",
    }[cut]
    before, noted = kept(door), len(refusals(door, reader))
    status, comment = send_data_set(door, content, image, monkeypatch, MODALITY_AET)
    assert status == 0xC000
    assert 0 < len(comment) <= 64
    assert kept(door) == before
    assert wait_for(lambda: refusals(door, reader)[noted:] or None, 10, "the refusal in the log", poll_s=0.2) == [
        "unreadable"
    ]
    assert door.get(f"/studies/{study_of(image)}", reader).status_code == 404


def test_a_full_disk_is_told_and_does_not_last(door: DiafanProcess, reader: str, tmp_path: Path) -> None:
    blobs = door.folder / "data" / "blobs"
    image = make_instance(tmp_path)
    heard: list[int] = []
    for left_mb in (KEPT_BACK_MB - 2, 0):
        filler = blobs / "filler"
        with filler.open("wb") as file:
            file.write(bytes(max(0, free(door) - left_mb * MEGABYTE)))
        with pytest.raises(Unavailable, match="0xA700"):
            dimse.send(peer(door), [image])
        assert httpx.get(f"{door.url}/health/ready", trust_env=False).status_code == 503
        uploaded = httpx.post(
            f"{door.url}/studies",
            files={"files": image.read_bytes()},
            headers={"authorization": f"Bearer {reader}"},
            trust_env=False,
        )
        assert uploaded.status_code == 507
        filler.unlink()
        assert [file for file in kept(door) if file.suffix == ".part"] == []
    assert door.get(f"/studies/{study_of(image)}", reader).status_code == 404
    dimse.send(peer(door), [image], lambda _, status: heard.append(status))
    assert heard == [0x0000]
    assert door.get(f"/studies/{study_of(image)}", reader).status_code == 200


@pytest.mark.parametrize(("called", "calling"), [("SOMEONE", MODALITY_AET), (DIAFAN_AET, "STRANGER")])
def test_an_unknown_title_is_rejected(called: str, calling: str, door: DiafanProcess, reader: str) -> None:
    with pytest.raises(Rejected, match="rejected the association"):
        dimse.echo(peer(door, called, calling))
    noted = wait_for(
        lambda: door.get("/audit", reader, type="association-refused", agent=calling).json()["entries"] or None,
        10,
        "the log",
        poll_s=0.2,
    )
    assert noted[-1]["event"]["detail"]["called_ae_title"] == called
    dimse.echo(peer(door))


def test_an_upload_over_the_limit_is_told_so(door: DiafanProcess, reader: str) -> None:
    before = kept(door)
    headers = {"authorization": f"Bearer {reader}", "content-type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'

    def body(size: int) -> Iterator[bytes]:
        yield head
        yield from (bytes(MEGABYTE) for _ in range(size // MEGABYTE))
        yield b"\r\n--x--\r\n"

    for announced in (True, False):
        length = {"content-length": str(len(head) + 101 * MEGABYTE + 9)} if announced else {}
        answer = httpx.post(
            f"{door.url}/studies",
            content=body(101 * MEGABYTE),
            headers={**headers, **length},
            timeout=60,
            trust_env=False,
        )
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
    assert kept(door) == before


def b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(diafan: DiafanProcess) -> dict[str, str]:
    """Return a token for each reason to refuse it, most of them signed with the issuer's own key."""
    keys = diafan.folder / "data" / "keys"
    audience, hosts = "https://diafan.example/api", ["127.0.0.1"]

    def issuer(url: str = diafan.url, to: str = audience, ago_s: float = 0) -> EmbeddedIssuer:
        return EmbeddedIssuer(keys, url, to, hosts, now=lambda: time.time() - ago_s)

    good = issuer().token("x", ["study.read"])
    head, claims, signature = good.split(".")
    stranger = ECKey.generate_key("P-256")
    content = json.loads(base64.urlsafe_b64decode(claims + "=="))
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    return {
        "expired": issuer(ago_s=7200).token("x", ["study.read"]),
        "audience": issuer(to="https://elsewhere.example").token("x", ["study.read"]),
        "issuer": issuer(url="http://127.0.0.1:1").token("x", ["study.read"]),
        "signature": jwt.encode(header, content, stranger, ["ES256"]),
        "algorithm": f"{b64({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        "malformed": "not-a-token",
        "signature ": f"{head}.{claims}.{signature[:-8]}AAAAAAAA",
        "malformed ": f"{head}.{claims}",
    }


def test_a_bad_token_is_told_its_class_and_nothing_else(door: DiafanProcess, reader: str) -> None:
    for reason, token in forged(door).items():
        answer = door.get("/studies", token)
        assert (answer.status_code, answer.json()["reason"]) == (401, reason.strip()), answer.text
        assert set(answer.json()) == {"type", "title", "status", "detail", "instance", "reason"}
        assert token not in answer.text
    missing = httpx.get(f"{door.url}/studies", trust_env=False)
    assert (missing.status_code, missing.json()["reason"]) == (401, "missing")
    assert missing.headers["www-authenticate"].startswith("Bearer")
    assert door.get("/studies", reader).status_code == 200


def test_a_token_opens_only_what_its_scope_says(door: DiafanProcess) -> None:
    issuer = EmbeddedIssuer(door.folder / "data" / "keys", door.url, "https://diafan.example/api", ["127.0.0.1"])
    needed = {"/studies": "study.read", "/audit": "audit.read", "/deliveries": "ops"}
    for path, scope in needed.items():
        for held in ("study.read", "study.write", "audit.read", "ops"):
            status = door.get(path, issuer.token("x", [held])).status_code
            assert status == (200 if held == scope else 403), (path, held)


def test_a_second_program_on_the_folder_says_so_and_stops(door: DiafanProcess) -> None:
    second = door.cli("serve", "--role", "listener", expect=1)
    assert "another Diafan is the listener" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_command_line_says_by_its_exit_code_how_it_went(door: DiafanProcess, reader: str, tmp_path: Path) -> None:
    image = make_instance(tmp_path)
    assert "1 of 1 stored" in door.cli("send", str(image), "--calling", MODALITY_AET).stdout
    door.cli("send", str(image), "--calling", "STRANGER", expect=1)
    assert "answers" in door.cli("check").stdout
    assert "received" in door.cli("status").stdout
    door.cli("retry", expect=2)
    door.cli("retry", "5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11", expect=1)
    assert "0 queued" in door.cli("retry", "--all").stdout
    assert "none changed, missing or out of order" in door.cli("audit", "verify").stdout


def test_a_changed_log_is_found(door: DiafanProcess) -> None:
    with database(door) as db:
        (index, text) = db.execute(
            "select id, event from audit.entry where event::jsonb ->> 'type' = 'service-started' order by id limit 1"
        ).fetchone()
        db.execute("update audit.entry set event = replace(event, 'success', 'Success') where id = %s", (index,))
    told = door.cli("audit", "verify", expect=1)
    with database(door) as db:
        db.execute("update audit.entry set event = %s where id = %s", (text, index))
    assert "0" in told.stderr
    door.cli("audit", "verify")

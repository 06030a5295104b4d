"""The listener in several processes: kill -9 of one loses nothing that was answered, and none outlives the program."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest
from pydicom.uid import generate_uid

from integrations import dimse
from integrations.errors import Unavailable
from service.listening import MOST_BY_CORES, processes
from service.settings import Settings
from tests.diafan_process import diafan_process
from tests.instances import make_instance
from tests.journeys.hospital import database
from tests.peers.process import wait_for

SENDERS = 4
FILES = 32
PATIENT = "KILLED^NINE"


def test_there_is_a_process_for_each_core_up_to_four_or_as_many_as_are_asked_for():
    assert processes(Settings()) == min(MOST_BY_CORES, len(os.sched_getaffinity(0)))
    assert processes(Settings(dimse_processes=1)) == 1
    assert processes(Settings(dimse_processes=7)) == 7


@pytest.fixture
def diafan(tmp_path):
    with diafan_process(tmp_path, start=False, dimse_processes=2) as diafan:
        diafan.start("--role", "listener", wait=False)
        wait_for(lambda: len(serving(diafan)) == 2 or None, 120, f"two processes to serve ({diafan.log})")
        yield diafan


def serving(diafan):
    """Return the processes that serve: those that were forked from the clean one."""
    found = []
    for child in psutil.Process(diafan.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # or a zombie: PostgreSQL's starter is one for a while
            if "forkserver" in " ".join(child.cmdline()):
                found += [one for one in child.children() if one.status() != psutil.STATUS_ZOMBIE]
    return found


def held(diafan):
    with database(diafan) as db:
        return {
            uid: diafan.folder / "data" / "blobs" / blob
            for uid, blob in db.execute("select sop_instance_uid, blob from image").fetchall()
        }


def test_kill_9_of_a_process_loses_nothing_that_was_answered(diafan, tmp_path):
    peer = dimse.Peer("127.0.0.1", diafan.dimse_port, "DIAFAN", "PACS")
    sent = {
        make_instance(tmp_path / str(n), SOPInstanceUID=uid, PatientName=PATIENT): uid
        for n, uid in ((n, generate_uid()) for n in range(FILES))
        if (tmp_path / str(n)).mkdir() is None
    }
    answered = []

    def send(files):
        try:
            dimse.send(peer, files, lambda file, status: answered.append((file, status)))
        except Unavailable:
            return False
        return True

    def send_all(files):
        with ThreadPoolExecutor(SENDERS) as senders:
            return list(senders.map(send, [files[first::SENDERS] for first in range(SENDERS)]))

    wait_for(lambda: is_open(diafan.dimse_port) or None, 60, "Diafan to listen")
    with ThreadPoolExecutor(1) as aside:
        whole = aside.submit(send_all, list(sent))
        wait_for(lambda: len(answered) >= SENDERS or None, 60, "the first answers")
        victim = serving(diafan)[0]
        os.kill(victim.pid, signal.SIGKILL)
        assert False in whole.result()

    assert {status for _, status in answered} == {0x0000}
    kept = held(diafan)
    assert all(kept[sent[file]].is_file() for file, _ in answered)

    wait_for(lambda: len({p.pid for p in serving(diafan)} - {victim.pid}) == 2 or None, 60, "the next process")
    missing = [file for file in sent if file not in {file for file, _ in answered}]
    assert all(send_all(missing))
    with database(diafan) as db:
        ((images, revisions),) = db.execute("select count(*), max(revision) from image").fetchall()
        ((jobs,),) = db.execute("select count(*) from procrastinate_jobs where task_name = 'analyse'").fetchall()
    assert (images, revisions, jobs) == (FILES, 1, FILES)

    log = diafan.log.read_text()
    assert "a process of the DICOM listener has died" in log
    assert PATIENT.split("^", maxsplit=1)[0] not in log


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("everybody", [False, True], ids=["the program", "everybody"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_program(diafan, number, everybody):
    whole = psutil.Process(diafan.process.pid)
    others = [
        p for p in whole.children(recursive=True) if p in serving(diafan) or "forkserver" in " ".join(p.cmdline())
    ]
    assert len(others) == 3
    for process in [whole, *(others if everybody else ())]:
        process.send_signal(number)
    diafan.process.wait(60)
    wait_for(lambda: not any(psutil.pid_exists(p.pid) for p in others) or None, 60, "the others to end")
    if number == signal.SIGTERM:
        assert diafan.process.returncode == 0
        assert "has died" not in diafan.log.read_text()

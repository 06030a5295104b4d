"""A database that does not answer, in each of the ways in which one does not: who sends hears that it may come again."""

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from integrations import dimse
from integrations.errors import Unavailable
from service.accept import Accepted
from service.database import SERVICE_ROLE, bounded, open_database, owner_engine
from service.engine import DATABASE_AWAY, is_transient
from service.listening import listener_of
from service.refusals import Refusals
from tests.bad_objects import plain, sent
from tests.instances import make_instance
from tests.service.test_accept import ORIGIN

WRITE = sa.text("insert into audit.entry (event) select event from audit.entry where false")


@contextmanager
def opened(diafan, url):
    """Yield the engine that the service would have on ``url``."""
    given = SecretStr(url)
    with open_database(diafan.settings.model_copy(update={"database_url": given, "database_owner_url": None})) as there:
        yield there.engine


@pytest.fixture(params=["no connection is free", "it may only be read"])
def away(request, diafan):
    if request.param == "it may only be read":
        with opened(diafan, f"{diafan.database.url}&options=-c%20default_transaction_read_only%3Don") as engine:
            yield engine
        return
    engine = sa.create_engine(diafan.engine.url, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with engine.connect():
        yield engine
    engine.dispose()


def write(engine):
    with engine.begin() as db:
        db.execute(WRITE)


@pytest.fixture
def without(diafan, away, tmp_path):
    """Return a Diafan whose images go to the database that is away."""
    refuse = Refusals(away, diafan.record, tmp_path / "refusals.kept")
    refuse.make_room()
    return replace(diafan, acceptor=replace(diafan.acceptor, engine=away, refuse=refuse), refuse=refuse)


def test_it_is_one_notion_and_may_come_back(away):
    with pytest.raises(DATABASE_AWAY) as error:
        write(away)
    assert is_transient(error.value)


def test_a_sender_is_told_to_send_again_later(without, tmp_path):
    listener = listener_of(without)
    listener.start()
    try:
        file = tmp_path / "image.dcm"
        file.write_bytes(sent(plain()).part10())
        with pytest.raises(Unavailable, match="A700"):
            dimse.send(dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "XRAY1"), [file])
    finally:
        listener.stop()


def test_that_it_was_refused_is_kept(without, tmp_path):
    copy = without.store.incoming / f"{os.urandom(8).hex()}.part"
    shutil.copy(make_instance(tmp_path), copy)
    with pytest.raises(DATABASE_AWAY):
        without.acceptor.accept(copy, ORIGIN)
    assert not copy.exists()
    assert b"no-database" in (tmp_path / "refusals.kept").read_bytes()


def test_connections_to_a_server_that_may_only_be_read_are_left_for_others(diafan, tmp_path):
    """After a failover, those that were opened before lead to the server that was the primary."""
    with owner_engine(diafan.settings, diafan.database) as owner, opened(diafan, diafan.database.url) as engine:
        _of_role(owner, "set default_transaction_read_only = on")
        try:
            engine.dispose()
            with pytest.raises(sa.exc.OperationalError):
                write(engine)
        finally:
            _of_role(owner, "reset default_transaction_read_only")
        write(engine)
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(make_instance(tmp_path), copy)
        assert isinstance(replace(diafan.acceptor, engine=engine).accept(copy, ORIGIN), Accepted)


def _of_role(owner, change):
    with owner.begin() as db:
        db.execute(sa.text(f"alter role {SERVICE_ROLE} {change}"))


def test_another_error_inside_the_database_is_no_absence(diafan):
    with diafan.engine.connect() as db:
        with pytest.raises(sa.exc.ProgrammingError):
            db.execute(sa.text("select nothing from nowhere"))
        with pytest.raises(sa.exc.InternalError) as error:
            db.execute(sa.text("select 1"))  # in a transaction that failed
    assert not is_transient(error.value)


@pytest.fixture
def by_tcp(diafan):
    """Return a URL that leads to the embedded server, which hears a unix socket alone, by TCP."""
    folder = sa.make_url(diafan.database.url).query["host"]
    door = socket.create_server(("127.0.0.1", 0))

    def carry(source, sink):
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
        except OSError:
            pass
        source.close()
        sink.close()

    def serve():
        while True:
            try:
                here, _ = door.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(f"{folder}/.s.PGSQL.5432")
            for pair in ((here, there), (there, here)):
                threading.Thread(target=carry, args=pair, daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"postgresql://{SERVICE_ROLE}@127.0.0.1:{door.getsockname()[1]}/postgres"
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join(5)


def test_a_server_that_vanishes_holds_a_connection_for_half_a_minute_at_most(diafan, by_tcp):
    with opened(diafan, by_tcp) as engine, engine.connect() as db:
        connection = db.connection.driver_connection
        assert connection.info.get_parameters()["connect_timeout"] == "10"
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10


def test_whoever_sets_limits_in_the_url_has_those(diafan, by_tcp):
    with opened(diafan, f"{by_tcp}?connect_timeout=3&tcp_user_timeout=4000") as engine, engine.connect() as db:
        connection = db.connection.driver_connection
        assert connection.info.get_parameters()["connect_timeout"] == "3"
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 4000


def test_everything_that_connects_by_the_url_has_the_limits(diafan):
    told = psycopg.conninfo.conninfo_to_dict(diafan.database.url)
    assert (told["connect_timeout"], told["tcp_user_timeout"], told["keepalives"]) == ("10", "30000", "1")
    assert bounded(diafan.database.url) == diafan.database.url

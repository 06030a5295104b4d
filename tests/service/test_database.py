"""The schema is what the records say, and the service's role can't rewrite the log."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from audit import trail
from service.database import SERVICE_ROLE
from service.records import Base


def test_the_migrations_make_exactly_the_records(diafan):
    with diafan.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"include_schemas": True, "include_object": _ours})
        assert compare_metadata(context, [Base.metadata, trail.metadata]) == []


def _ours(_thing, name, kind, _reflected, _other):
    """Leave out the job engine's tables, and indexes on expressions, which the database renders in words of its own."""
    return not (kind == "table" and name.startswith(("procrastinate", "alembic"))) and not (
        kind == "index" and name.startswith("entry_")
    )


def test_the_service_connects_as_a_role_that_owns_nothing(diafan):
    with diafan.engine.connect() as db:
        assert db.scalar(sa.text("select current_user")) == SERVICE_ROLE
        assert (
            db.scalar(
                sa.text("select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user")
            )
            is False
        )
        assert db.scalar(sa.text("select count(*) from pg_tables where tableowner = current_user")) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update audit.entry set event = '{}'",
        "delete from audit.entry",
        "truncate audit.entry cascade",
        "update audit.leaf set leaf_hash = ''",
        "delete from audit.checkpoint",
        "alter table audit.entry disable trigger all",
        "drop table audit.leaf",
        "update model_choice set digest = ''",
        "delete from model_choice",
        "update alembic_version set version_num = 'x'",
    ],
)
def test_the_service_role_may_not_rewrite_the_log(diafan, statement):
    with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"), diafan.engine.begin() as db:
        db.execute(sa.text(statement))

"""How Alembic reaches the database: as the owner, in one transaction, under a lock so that two starts do not collide."""

import sqlalchemy as sa
from alembic import context

from audit import trail
from service.records import Base

_MIGRATION_LOCK = 0x6469_6166

engine = sa.create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=[Base.metadata, trail.metadata], include_schemas=True)
    with context.begin_transaction():
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        context.run_migrations()
engine.dispose()

"""Patients' pseudonyms apart from the log, what the log is searched by since, roots of its parts, and what witnesses were told."""

import sqlalchemy as sa
from alembic import context, op

from audit import subject, trail

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the log itself stays as it is."""
    op.create_table(
        "subject",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("patient"),
        sa.UniqueConstraint("lookup"),
        schema="audit",
    )
    op.create_table(
        "node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position"),
        schema="audit",
    )
    op.create_table(
        "witnessed",
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("witness"),
        schema="audit",
    )
    op.create_table(
        "audit_feed",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_index", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_feed")),
    )
    for name in ("agent", "occurred_at", "patient", "study_uid", "type"):
        op.drop_index(f"entry_{name}", "entry", schema="audit")
    op.create_table(
        "found",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "leaf_index"),
        schema="audit",
    )
    op.execute(f"insert into audit.found (term, leaf_index) {trail.TERMS}")
    op.add_column("checkpoint", sa.Column("latest", sa.DateTime(timezone=True), nullable=True), schema="audit")
    op.add_column("checkpoint", sa.Column("late", sa.Interval(), nullable=True), schema="audit")
    op.create_index("ix_audit_checkpoint_latest", "checkpoint", ["latest"], schema="audit")
    role = context.config.attributes["service_role"]
    op.execute(f"grant select, insert, update, delete on audit_feed to {role}")
    for grant in (*trail.grants(role), *subject.grants(role)):
        op.execute(grant)

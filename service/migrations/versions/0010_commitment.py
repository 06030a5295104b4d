"""What archives were asked to keep, and what they said: a report may come when nobody waits for it any more."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the transactions of storage commitment; the service may add to them and answer them."""
    op.create_table(
        "commitment",
        sa.Column("transaction_uid", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("peer_ae_title", sa.String(), nullable=False),
        sa.Column("sent", postgresql.JSONB(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", postgresql.JSONB(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_commitment_delivery_id")),
        sa.PrimaryKeyConstraint("transaction_uid", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_delivery_id"), "commitment", ["delivery_id"])
    op.execute(f"grant select, insert, update on commitment to {context.config.attributes['service_role']}")

"""Which model answers is a person's choice, kept in a table that only grows."""

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the choices, with those that were made by the settings until now, as the images tell of them."""
    op.create_table(
        "model_choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_choice")),
    )
    op.execute(
        "insert into model_choice (name, version, digest, chosen_at, chosen_by) "
        "select model_name, model_version, model_digest, min(analysed_at), 'settings' from image "
        "where model_digest <> '' group by model_name, model_version, model_digest order by min(analysed_at)"
    )
    op.execute(f"grant select, insert on model_choice to {context.config.attributes['service_role']}")

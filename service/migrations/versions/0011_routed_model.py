"""An image remembers which model a rule of the site chose for it, by its digest; empty: the one in use."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what came before is for the model in use, as it was."""
    op.add_column("image", sa.Column("routed_model", sa.String(), nullable=False, server_default=""))

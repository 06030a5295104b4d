"""An image remembers where the rules of the site let its results go; null: everywhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what came before goes everywhere, as it did."""
    op.add_column("image", sa.Column("routed_to", ARRAY(sa.Text), nullable=True))

"""A study's header remembers under which Patient ID it came before, and when it came under another patient."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of changes before nothing is known."""
    op.add_column("study_header", sa.Column("patient_id_before", sa.String(), nullable=False, server_default=""))
    op.add_column("study_header", sa.Column("patient_changed_at", sa.DateTime(timezone=True), nullable=True))

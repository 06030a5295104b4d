"""A study's header says what of it was corrected, and on which day (GDPR Art. 16), so that a physician reads it beside the patient."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the newest header tells; of the headers that are held already nobody was asked."""
    for name in ("corrected", "corrected_on"):
        op.add_column("study_header", sa.Column(name, sa.String(), nullable=False, server_default=""))
        op.alter_column("study_header", name, server_default=None)

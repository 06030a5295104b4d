"""A study's header keeps what else DICOMweb searches for studies by (PS3.18 10.6.1.2.3): Study ID, Study Time, the referring physician's name."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the newest header tells; of the headers that are held already it is known when an image of the study comes again."""
    for name in ("study_id", "study_time", "referring_physician"):
        op.add_column("study_header", sa.Column(name, sa.String(), nullable=False, server_default=""))
        op.alter_column("study_header", name, server_default=None)

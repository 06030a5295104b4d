"""An object belongs to an image or to a report: a Structured Report is made of a whole study."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let an object name its report instead of an image."""
    op.alter_column("object", "image_id", nullable=True)
    op.add_column("object", sa.Column("report_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_object_report_id"), "object", "report", ["report_id"], ["id"])
    op.create_index(op.f("ix_object_report_id"), "object", ["report_id"])
    op.create_check_constraint(op.f("ck_object_one_origin"), "object", "(image_id is null) <> (report_id is null)")

"""What operations is asked every few seconds is found by indexes: what came through of late, and the little that is owed or parked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes; those of the few hold only the few."""
    op.create_index(op.f("ix_image_analysed_at"), "image", ["analysed_at"])
    op.create_index(op.f("ix_report_created_at"), "report", ["created_at"])
    op.create_index(
        "ix_delivery_delivered",
        "delivery",
        ["destination", "finished_at"],
        postgresql_where=sa.text("state = 'delivered'"),
    )
    op.create_index("ix_image_parked", "image", ["received_at"], postgresql_where=sa.text("state = 'parked'"))
    op.create_index("ix_study_parked", "study", ["first_seen_at"], postgresql_where=sa.text("park_reason <> ''"))
    op.create_index("ix_study_due_at", "study", ["due_at"], postgresql_where=sa.text("due_at is not null"))

"""Pixels, evidence and results have their time: when it was over, what an image is known by then, and what is yet to be removed."""

import sqlalchemy as sa
from alembic import context, op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark images and objects, keep the blobs that are to go, and let an open page follow the mark."""
    op.add_column("image", sa.Column("values_sha256", sa.String(), nullable=False, server_default=""))
    op.alter_column("image", "values_sha256", server_default=None)
    for name in ("received_again_at", "pixels_expired_at", "evidence_expired_at"):
        op.add_column("image", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("object", sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_image_with_pixels",
        "image",
        ["received_at"],
        postgresql_where=sa.text("blob <> '' and pixels_expired_at is null"),
    )
    op.create_table(
        "expired_blob",
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_expired_blob_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("blob", name=op.f("pk_expired_blob")),
    )
    op.create_index(op.f("ix_expired_blob_study_instance_uid"), "expired_blob", ["study_instance_uid"])
    op.execute("drop trigger worklist_changed on image")
    op.execute(
        "create constraint trigger worklist_changed after insert or update of state, pixels_expired_at on image "
        "deferrable initially deferred for each row execute function worklist_changed()"
    )
    role = context.config.attributes["service_role"]
    op.execute(f"grant select, insert, update, delete on expired_blob to {role}")

"""The first schema: records, the audit trail, the job engine, and what the service role may do with each."""

import sqlalchemy as sa
from alembic import context, op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything, and grant the service role no more than it needs: records and jobs may change, the trail may only grow."""
    op.create_table(
        "study",
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_revision", sa.Integer(), nullable=False),
        sa.Column("park_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("study_instance_uid", name=op.f("pk_study")),
    )
    op.create_table(
        "image",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("series_instance_uid", sa.String(), nullable=False),
        sa.Column("sop_instance_uid", sa.String(), nullable=False),
        sa.Column("sop_class_uid", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "analysed",
                "declined",
                "parked",
                "superseded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("wrapped", sa.Boolean(), nullable=False),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("pixel_sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("model_name", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("model_digest", sa.String(), nullable=False),
        sa.Column("evidence_blob", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analysed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_image_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
        sa.UniqueConstraint("sop_instance_uid", "revision", name=op.f("uq_image_sop_instance_uid_revision")),
    )
    op.create_index(op.f("ix_image_received_at"), "image", ["received_at"], unique=False)
    op.create_index(op.f("ix_image_study_instance_uid"), "image", ["study_instance_uid"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("model_digest", sa.String(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_report_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("study_instance_uid", "revision", name=op.f("uq_report_study_instance_uid_revision")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column(
            "parcel",
            sa.Enum("source", "results", "report", name="parcel", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "queued",
                "sending",
                "delivered",
                "parked",
                "superseded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("receipt", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(image_id is null) <> (report_id is null)", name=op.f("ck_delivery_one_content")),
        sa.ForeignKeyConstraint(["after_id"], ["delivery.id"], name=op.f("fk_delivery_after_id")),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_delivery_image_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_delivery_report_id")),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_delivery_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("destination", "parcel", "image_id", name=op.f("uq_delivery_destination_parcel_image_id")),
        sa.UniqueConstraint("destination", "report_id", name=op.f("uq_delivery_destination_report_id")),
    )
    op.create_index(op.f("ix_delivery_image_id"), "delivery", ["image_id"], unique=False)
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state"], unique=False)
    op.create_index(op.f("ix_delivery_study_instance_uid"), "delivery", ["study_instance_uid"], unique=False)
    op.create_table(
        "finding",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("logit", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_finding_image_id")),
        sa.PrimaryKeyConstraint("image_id", "label", name=op.f("pk_finding")),
    )
    op.create_table(
        "object",
        sa.Column("sop_instance_uid", sa.String(), nullable=False),
        sa.Column("sop_class_uid", sa.String(), nullable=False),
        sa.Column("series_instance_uid", sa.String(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_object_image_id")),
        sa.PrimaryKeyConstraint("sop_instance_uid", name=op.f("pk_object")),
    )
    op.create_index(op.f("ix_object_image_id"), "object", ["image_id"], unique=False)
    op.execute("create schema if not exists audit")
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
        schema="audit",
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="audit",
    )
    op.create_index(
        "entry_agent", "entry", [sa.literal_column("(event::jsonb -> 'agent' ->> 'id')")], unique=False, schema="audit"
    )
    op.create_index(
        "entry_occurred_at",
        "entry",
        [sa.literal_column("((event::jsonb ->> 'occurred_at') collate \"C\")")],
        unique=False,
        schema="audit",
    )
    op.create_index(
        "entry_patient", "entry", [sa.literal_column("(event::jsonb ->> 'patient')")], unique=False, schema="audit"
    )
    op.create_index(
        "entry_study_uid", "entry", [sa.literal_column("(event::jsonb ->> 'study_uid')")], unique=False, schema="audit"
    )
    op.create_index(
        "entry_type", "entry", [sa.literal_column("(event::jsonb ->> 'type')")], unique=False, schema="audit"
    )
    op.create_table(
        "pending",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
        schema="audit",
    )
    op.create_table(
        "leaf",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["audit.entry.id"],
        ),
        sa.PrimaryKeyConstraint("leaf_index"),
        sa.UniqueConstraint("entry_id"),
        schema="audit",
    )

    # The library's own script: it holds `:=` and `%`, which SQLAlchemy would read as parameters.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema().encode())
    role = context.config.attributes["service_role"]
    op.execute(f"grant usage on schema public to {role}")
    op.execute(f"grant select, insert, update, delete on all tables in schema public to {role}")
    op.execute(f"revoke insert, update, delete on alembic_version from {role}")
    op.execute(f"grant usage on all sequences in schema public to {role}")
    op.execute(f"grant execute on all functions in schema public to {role}")
    op.execute(f"grant usage on schema audit to {role}")
    op.execute(f"grant insert, select on audit.entry, audit.leaf, audit.checkpoint to {role}")
    op.execute(f"grant insert, select, delete on audit.pending to {role}")

"""The index of the FHIR API; what was reported before is indexed by the API as it runs, for a migration reads no files."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index, and the list of reports that it lacks."""
    op.create_table(
        "fhir_resource",
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tokens", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("last_updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_fhir_resource_study_instance_uid")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_fhir_resource_report_id")),
        sa.PrimaryKeyConstraint("resource_type", "id", name=op.f("pk_fhir_resource")),
    )
    op.create_index(op.f("ix_fhir_resource_study_instance_uid"), "fhir_resource", ["study_instance_uid"])
    op.create_index(op.f("ix_fhir_resource_report_id"), "fhir_resource", ["report_id"])
    op.create_index("ix_fhir_resource_last_updated", "fhir_resource", ["resource_type", "last_updated", "id"])
    op.create_index(
        "ix_fhir_resource_tokens",
        "fhir_resource",
        ["tokens"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "fhir_unindexed",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_fhir_unindexed_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_fhir_unindexed")),
    )
    op.execute("insert into fhir_unindexed (report_id) select id from report where blob <> '' and status <> 'withheld'")
    role = context.config.attributes["service_role"]
    op.execute(f"grant select, insert, update, delete on fhir_resource to {role}")
    # A row lock asks for the right to update.
    op.execute(f"grant select, update, delete on fhir_unindexed to {role}")

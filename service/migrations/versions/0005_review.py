"""Physicians review: drafts, signatures that stay as they are, second opinions, and how far a study is in its worklist line."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As in 0004, with ``review``; and a report that is due for a signature is no analysis.
_REFRESH = """
create or replace function worklist_refresh(uid text) returns void language plpgsql as $$
declare
    this text := uid || ' ' || pg_current_xact_id()::text;
begin
    if current_setting('diafan.worklist', true) = this then
        return;  -- nothing of an act comes after its first deferred trigger
    end if;
    perform set_config('diafan.worklist', this, true);
    insert into worklist (study_instance_uid, status, reason_code, reason, called, review, images, source, received_at, changed_at)
        values (uid, 'received', '', '', '{}', 'none', 0, '', now(), now()) on conflict do nothing;
    perform from worklist where study_instance_uid = uid for update;
    -- A statement of its own: it sees what those who held the line before have committed.
    with counted as (
        select * from image where study_instance_uid = uid and state <> 'superseded'
    ), moving as (
        select * from delivery where study_instance_uid = uid and state not in ('delivered', 'superseded')
    ), parked as (
        select * from (
            select 1 as rank, reason_code, reason from counted where state = 'parked'
            union all
            select 2, 'report-parked', park_reason from study where study_instance_uid = uid and park_reason <> ''
            union all
            select 3, 'delivery-parked', 'not delivered to ' || destination from moving where state = 'parked'
        ) as every order by rank, reason limit 1
    ), spoken_of as (
        select image_ids from report where study_instance_uid = uid and review_id is null order by revision desc limit 1
    ), declined as (
        select reason_code, reason from counted where state = 'declined' order by received_at desc limit 1
    ), stands as (
        select case
            when exists (select from parked) then 'parked'
            when exists (select from counted where state = 'received') then
                case when exists (select from counted where state = 'analysed') then 'analysing' else 'received' end
            when not exists (select from counted where state = 'analysed') then 'declined'
            when study.report_revision = 0 or (study.due_at is not null and exists (select from counted, spoken_of
                where state = 'analysed' and counted.id <> all(spoken_of.image_ids))) then 'analysing'
            when (select status from report where study_instance_uid = uid order by revision desc limit 1)
                = 'entered-in-error' then 'withdrawn'
            when study.due_at is not null or exists (select from moving) then 'reported'
            else 'delivered'
        end as status from study where study_instance_uid = uid
    )
    update worklist set
        status = stands.status,
        reason_code = coalesce(case stands.status
            when 'parked' then (select reason_code from parked)
            when 'declined' then (select reason_code from declined) end, ''),
        reason = coalesce(case stands.status
            when 'parked' then (select reason from parked)
            when 'declined' then (select reason from declined) end, ''),
        called = array(
            select distinct finding.label from finding join counted on counted.id = finding.image_id
            where counted.state = 'analysed' and finding.call = 'present' and finding.label <> 'No Finding' order by 1
        ),
        review = case
            when exists (select from consultation where study_instance_uid = uid and answered_by is null and withdrawn_at is null)
                then 'waiting'
            when exists (select from report where study_instance_uid = uid and status = 'withheld' and revision >
                (select max(report_revision) from review where study_instance_uid = uid and kind <> 'second-opinion'))
                then 'again'
            when exists (select from review where study_instance_uid = uid and kind <> 'second-opinion') then 'signed'
            when exists (select from review where study_instance_uid = uid)
                or exists (select from review_draft where study_instance_uid = uid) then 'draft'
            else 'none'
        end,
        images = (select count(*) from counted),
        source = coalesce((select counted.source from counted order by received_at desc, id limit 1), ''),
        received_at = coalesce((select max(counted.received_at) from counted), worklist.received_at),
        changed_at = clock_timestamp()
    from stands where worklist.study_instance_uid = uid;
    perform pg_notify('worklist', uid);
end
$$
"""
_CHANGED = """
create or replace function worklist_changed() returns trigger language plpgsql as $$
begin
    perform worklist_refresh(case tg_op when 'DELETE' then old.study_instance_uid else new.study_instance_uid end);
    return null;
end
$$
"""
_WATCHED = {
    "review_draft": "insert or delete",
    "review": "insert",
    "consultation": "insert or update",
}


def upgrade() -> None:
    """Create the records, tell of each report which images it is about, and widen the worklist."""
    op.create_table(
        "review_draft",
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report_revision", sa.Integer(), nullable=False),
        sa.Column("verdicts", postgresql.JSONB(), nullable=False),
        sa.Column("regions", postgresql.JSONB(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_review_draft_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("study_instance_uid", "issuer", "subject", name=op.f("pk_review_draft")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("report_revision", sa.Integer(), nullable=False),
        sa.Column("verdicts", postgresql.JSONB(), nullable=False),
        sa.Column("regions", postgresql.JSONB(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_review_study_instance_uid")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["review.id"], name=op.f("fk_review_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("study_instance_uid", "position", name=op.f("uq_review_study_instance_uid_position")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_review_supersedes")),
    )
    op.create_index(
        "ix_review_first", "review", ["study_instance_uid"], unique=True, postgresql_where=sa.text("kind = 'first'")
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_consultation_study_instance_uid")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["review.id"], name=op.f("fk_consultation_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("answered_by", name=op.f("uq_consultation_answered_by")),
    )
    op.create_index(op.f("ix_consultation_study_instance_uid"), "consultation", ["study_instance_uid"])
    op.create_index(
        "ix_consultation_open",
        "consultation",
        ["study_instance_uid"],
        unique=True,
        postgresql_where=sa.text("answered_by is null and withdrawn_at is null"),
    )
    op.add_column("report", sa.Column("review_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_report_review_id"), "report", "review", ["review_id"], ["id"])
    op.create_unique_constraint(op.f("uq_report_review_id"), "report", ["review_id"])
    op.add_column("report", sa.Column("image_ids", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}"))
    op.execute(
        "update report set image_ids = array(select id from image where image.study_instance_uid = report.study_instance_uid "
        "and state = 'analysed' and analysed_at <= report.created_at order by received_at, id)"
    )
    op.alter_column("report", "image_ids", server_default=None)
    op.add_column("worklist", sa.Column("review", sa.String(20), nullable=False, server_default="none"))
    op.alter_column("worklist", "review", server_default=None)
    op.execute(_REFRESH)
    op.execute(_CHANGED)
    for table, when in _WATCHED.items():
        op.execute(
            f"create constraint trigger worklist_changed after {when} on {table} "
            "deferrable initially deferred for each row execute function worklist_changed()"
        )
    role = context.config.attributes["service_role"]
    op.execute(f"grant select, insert, update, delete on review_draft to {role}")
    op.execute(f"grant select, insert on review to {role}")
    op.execute(f"grant select, insert, update (answered_by, withdrawn_at) on consultation to {role}")

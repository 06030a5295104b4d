"""The worklist: a line a study, written by the database itself as each act commits, so that no stage can forget it."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Deferred to the commit: the line is the last lock that an act takes, so that no two acts wait for each other.
_REFRESH = """
create function worklist_refresh(uid text) returns void language plpgsql as $$
declare
    this text := uid || ' ' || pg_current_xact_id()::text;
begin
    if current_setting('diafan.worklist', true) = this then
        return;  -- nothing of an act comes after its first deferred trigger
    end if;
    perform set_config('diafan.worklist', this, true);
    insert into worklist (study_instance_uid, status, reason_code, reason, called, images, source, received_at, changed_at)
        values (uid, 'received', '', '', '{}', 0, '', now(), now()) on conflict do nothing;
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
    ), declined as (
        select reason_code, reason from counted where state = 'declined' order by received_at desc limit 1
    ), stands as (
        select case
            when exists (select from parked) then 'parked'
            when exists (select from counted where state = 'received') then
                case when exists (select from counted where state = 'analysed') then 'analysing' else 'received' end
            when not exists (select from counted where state = 'analysed') then 'declined'
            when study.due_at is not null or study.report_revision = 0 then 'analysing'
            when (select status from report where study_instance_uid = uid order by revision desc limit 1)
                = 'entered-in-error' then 'withdrawn'
            when exists (select from moving) then 'reported'
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
create function worklist_changed() returns trigger language plpgsql as $$
begin
    perform worklist_refresh(new.study_instance_uid);
    return null;
end
$$
"""
_WATCHED = {
    "study": "insert or update of due_at, report_revision, park_reason",
    "image": "insert or update of state",
    "delivery": "insert or update of state",
    "report": "insert or update of status",
    "study_header": "insert or update",
}


def upgrade() -> None:
    """Create the header and the worklist, keep it from now on, and fill it with the studies that are here."""
    op.create_table(
        "study_header",
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in (
                "patient_id",
                "patient_name",
                "birth_date",
                "sex",
                "accession_number",
                "study_date",
                "description",
            )
        ),
        sa.ForeignKeyConstraint(
            ["study_instance_uid"], ["study.study_instance_uid"], name=op.f("fk_study_header_study_instance_uid")
        ),
        sa.PrimaryKeyConstraint("study_instance_uid", name=op.f("pk_study_header")),
    )
    op.create_table(
        "worklist",
        sa.Column("study_instance_uid", sa.String(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("called", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("study_instance_uid", name=op.f("pk_worklist")),
    )
    op.create_index(op.f("ix_study_patient"), "study", ["patient"])
    op.create_index("ix_worklist_received_at", "worklist", ["received_at", "study_instance_uid"])
    op.execute(_REFRESH)
    op.execute(_CHANGED)
    for table, when in _WATCHED.items():
        op.execute(
            f"create constraint trigger worklist_changed after {when} on {table} "
            "deferrable initially deferred for each row execute function worklist_changed()"
        )
    op.execute("select worklist_refresh(study_instance_uid) from study")
    role = context.config.attributes["service_role"]
    op.execute(f"grant select, insert, update, delete on study_header, worklist to {role}")

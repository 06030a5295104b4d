"""A study may be withdrawn: its line says so before anything else, and has neither findings nor a review that is still to be done."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# As in 0005, with the study's own mark.
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
            when study.withdrawn_at is not null then 'withdrawn'
            when exists (select from parked) then 'parked'
            when exists (select from counted where state = 'received') then
                case when exists (select from counted where state = 'analysed') then 'analysing' else 'received' end
            when not exists (select from counted where state = 'analysed') then 'declined'
            when study.report_revision = 0 or (study.due_at is not null and exists (select from counted, spoken_of
                where state = 'analysed' and counted.id <> all(spoken_of.image_ids))) then 'analysing'
            when study.due_at is not null or exists (select from moving) then 'reported'
            else 'delivered'
        end as status from study where study_instance_uid = uid
    )
    update worklist set
        status = stands.status,
        reason_code = coalesce(case stands.status
            when 'withdrawn' then (select reason_code from parked)
            when 'parked' then (select reason_code from parked)
            when 'declined' then (select reason_code from declined) end, ''),
        reason = coalesce(case stands.status
            when 'withdrawn' then (select reason from parked)
            when 'parked' then (select reason from parked)
            when 'declined' then (select reason from declined) end, ''),
        called = array(
            select distinct finding.label from finding join counted on counted.id = finding.image_id
            where stands.status <> 'withdrawn' and counted.state = 'analysed' and finding.call = 'present' and finding.label <> 'No Finding' order by 1
        ),
        review = case
            when stands.status = 'withdrawn' then
                case when exists (select from review where study_instance_uid = uid and kind <> 'second-opinion') then 'signed'
                else 'none' end
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


def upgrade() -> None:
    """Mark studies, and let the worklist follow the mark."""
    op.add_column("study", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("study", sa.Column("withdrawn_because", sa.String(), nullable=False, server_default=""))
    op.alter_column("study", "withdrawn_because", server_default=None)
    op.execute(_REFRESH)
    op.execute("drop trigger worklist_changed on study")
    op.execute(
        "create constraint trigger worklist_changed after insert or update of due_at, report_revision, park_reason, withdrawn_at "
        "on study deferrable initially deferred for each row execute function worklist_changed()"
    )

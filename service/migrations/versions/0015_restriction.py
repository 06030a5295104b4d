"""Processing may be restricted (GDPR Art. 18): by pseudonym, gone with it; and the worklist's line says so before anything else."""

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Over what 0009 wrote: the line of a restricted study says that there is one, and nothing of what is in it.
_COVER = """
create function worklist_cover() returns trigger language plpgsql as $$
begin
    if exists (select from study join restriction using (patient) where study.study_instance_uid = new.study_instance_uid) then
        new.status := 'restricted';
        new.reason_code := 'restricted';
        new.reason := '';
        new.called := '{}';
        new.review := 'none';
        new.images := 0;
        new.source := '';
    end if;
    return new;
end
$$
"""
_CHANGED = """
create function restriction_changed() returns trigger language plpgsql as $$
declare
    one text;
begin
    for one in
        select study_instance_uid from study
        where patient = case tg_op when 'DELETE' then old.patient else new.patient end order by study_instance_uid
    loop
        perform worklist_refresh(one);
    end loop;
    return null;
end
$$
"""


def upgrade() -> None:
    """Create the restrictions, which the service's role may make and lift and not change, and let the worklist follow them."""
    op.create_table(
        "restriction",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient"], ["audit.subject.patient"], name=op.f("fk_restriction_patient"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("patient", name=op.f("pk_restriction")),
    )
    op.execute(_COVER)
    op.execute(_CHANGED)
    op.execute(
        "create trigger worklist_covered before insert or update on worklist for each row execute function worklist_cover()"
    )
    op.execute(
        "create constraint trigger worklist_changed after insert or delete on restriction "
        "deferrable initially deferred for each row execute function restriction_changed()"
    )
    op.execute(
        "create constraint trigger worklist_whose after update of patient on study deferrable initially deferred "
        "for each row when (old.patient is distinct from new.patient) execute function worklist_changed()"
    )
    op.execute(f"grant select, insert, delete on restriction to {context.config.attributes['service_role']}")

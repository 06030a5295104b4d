"""Lifting a restriction is a moment of the study, from which its days are counted; and a study that is gone gets no line in the worklist."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Over what 0015 wrote: an erasure deletes a draft with its study, and the draft's trigger writes the line after that.
_COVER = """
create or replace function worklist_cover() returns trigger language plpgsql as $$
begin
    if not exists (select from study where study.study_instance_uid = new.study_instance_uid) then
        return null;
    end if;
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


def upgrade() -> None:
    """Add the moment; take away lines of studies that were erased."""
    op.add_column("study", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_COVER)
    op.execute(
        "delete from worklist where not exists (select from study where study.study_instance_uid = worklist.study_instance_uid)"
    )

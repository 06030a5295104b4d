"""Since when the model that answers has answered, as the choices tell."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

# The same model chosen again, by a person where the settings had named it, goes on.
_SINCE = sa.text(
    """
    select min(chosen_at) from model_choice where id > coalesce((
        select max(id) from model_choice where digest <> (select digest from model_choice order by id desc limit 1)
    ), 0)
    """
)


def in_use_since(db: Connection) -> datetime | None:
    """Return when the newest choice, or the first of those of the same model before it, was made; None without any."""
    since: datetime | None = db.scalar(_SINCE)
    return since

"""没有登记完的申请: kept while it is typed, so that a power cut costs a clerk nothing.

One a person, sealed at rest, gone after three days, after the registration, or when the clerk says
so. Only what was typed is kept, no file. It is no act of the office and leaves no event: there is
no case yet to tell of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from casework.domain.permissions import Permission, require
from casework.models import UnfinishedRegistration
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.services.desk import Desk

KEPT_FOR = timedelta(days=3)
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was typed, by the names of the fields, and when it was last seen."""

    fields: Mapping[str, str]
    saved_at: datetime


def keep_unfinished(desk: Desk, fields: Mapping[str, str]) -> None:
    """Keep what is typed now in the place of what was kept; a form too long to be one is not."""
    require(desk.actor, Permission.REGISTER)
    body = json.dumps(dict(fields), ensure_ascii=False)
    if desk.actor.user_id is None or len(body) > _LONGEST:
        return
    with transaction(desk.session):
        row = desk.session.get(UnfinishedRegistration, desk.actor.user_id)
        if row is None:
            row = UnfinishedRegistration(user_id=desk.actor.user_id)
            desk.session.add(row)
        row.body, row.saved_at = body, desk.now


def find_unfinished(session: Session, actor: Actor, *, now: datetime) -> Unfinished | None:
    """Return what this person had typed, None if there is nothing from the last three days."""
    if actor.user_id is None:
        return None
    row = session.get(UnfinishedRegistration, actor.user_id)
    if row is None or now - row.saved_at > KEPT_FOR:
        return None
    return Unfinished(json.loads(row.body), row.saved_at)


def drop_unfinished(desk: Desk) -> None:
    """Forget what was typed, and what anybody left lying for more than three days."""
    with transaction(desk.session):
        desk.session.execute(
            delete(UnfinishedRegistration).where(
                (UnfinishedRegistration.user_id == desk.actor.user_id)
                | (UnfinishedRegistration.saved_at < desk.now - KEPT_FOR)
            )
        )

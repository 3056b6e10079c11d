"""Two people, one case: the second one's page comes back with both texts and loses nothing.

What was typed stays in its fields; beside it stands what the case says now and who changed it.
Sending the page again is then a decision made with both texts before one's eyes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.extensions import db
from casework.queries.case_page import list_events
from casework.web import surroundings
from casework.web.cases.timeline import event_line
from casework.web.difference import Difference, compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.queries.case_page import CaseHead
    from casework.queries.case_papers import DraftLines
    from casework.web.cases.timeline import Line
    from casework.web.fields import ActForm


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClash:
    """One field in which what is there now differs from what was typed."""

    label: str
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What was done meanwhile, the draft that stands now, and the fields that differ."""

    latest: Line | None
    draft: DraftLines | None
    fields: list[FieldClash]


def clash(
    form: ActForm,
    head: CaseHead,
    now: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    draft: DraftLines | None = None,
) -> Clash:
    """Set ``form`` up to be sent again on the case as it is now, and say what differs.

    ``now`` and ``typed`` map a field's label to its words. ``draft`` is the version that stands
    now where drafts are what collided: the last step need not be the one that saved it.
    """
    form.version.data = head.version
    form.version.raw_data = [str(head.version)]
    actor = surroundings.current_actor()
    events = list_events(db.session(), actor, head.id)
    others = [event for event in events if event.actor_name != actor.name]
    latest = next(iter(others or events), None)
    labels = dict.fromkeys((*now, *typed))
    return Clash(
        latest=event_line(latest) if latest else None,
        draft=draft,
        fields=[
            FieldClash(label=label, difference=compare(now.get(label, ""), typed.get(label, "")))
            for label in labels
            if now.get(label, "").strip() != typed.get(label, "").strip()
        ],
    )

"""Pages of 限制知悉: set it, change who may know of the case, lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import SelectMultipleField, TextAreaField

from casework.domain.permissions import Permission
from casework.domain.workflow import Action
from casework.extensions import db
from casework.queries.restriction import list_candidates
from casework.services import restriction
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head, run_act
from casework.web.fields import ActForm, long_text_limits, row_id
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.services.desk import Desk

_BOTH = ["GET", "POST"]


class ReadersForm(ActForm):
    """限制知悉 and 调整知悉名单."""

    readers = SelectMultipleField("知悉名单", coerce=row_id, validate_choice=False)
    reason = TextAreaField("理由", validators=long_text_limits("理由", longest=1000))


class LiftForm(ActForm):
    """解除限制知悉."""

    reason = TextAreaField("解除的理由", validators=long_text_limits("解除的理由", longest=1000))


@bp.route("/cases/<int:case_id>/restrict", methods=_BOTH)
@requires(Permission.RESTRICT)
def restrict(case_id: int) -> ResponseReturnValue:
    """限制知悉: name those who may still know of the case."""
    form = ReadersForm()
    return _on_list(
        case_id,
        Action.RESTRICT,
        form,
        lambda desk: restriction.restrict(
            desk,
            case_id,
            reason=form.reason.data or "",
            reader_ids=form.readers.data or [],
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/readers", methods=_BOTH)
@requires(Permission.RESTRICT)
def name_readers(case_id: int) -> ResponseReturnValue:
    """调整知悉名单."""
    form = ReadersForm()
    return _on_list(
        case_id,
        Action.NAME_READERS,
        form,
        lambda desk: restriction.name_readers(
            desk,
            case_id,
            reason=form.reason.data or "",
            reader_ids=form.readers.data or [],
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/lift-restriction", methods=_BOTH)
@requires(Permission.RESTRICT)
def lift_restriction(case_id: int) -> ResponseReturnValue:
    """解除限制知悉, for a reason."""
    form = LiftForm()
    return run_act(
        case_id,
        Action.LIFT_RESTRICTION,
        form,
        lambda desk: restriction.lift_restriction(
            desk, case_id, reason=form.reason.data or "", version=form.version.data
        ),
    )


def _on_list(
    case_id: int, action: Action, form: ReadersForm, act: Callable[[Desk], object]
) -> ResponseReturnValue:
    head = get_head(case_id)
    people = list_candidates(db.session(), case_id, head.agency_path)
    actor = surroundings.current_actor()
    if not form.is_submitted():
        form.readers.data = [one.id for one in people if one.named or one.id == actor.user_id]
    return run_act(case_id, action, form, act, people=people)

"""批准启用, 不予批准, 收回, 停用: each a button on the page of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from casework.domain.permissions import Permission
from casework.services import template_versions as acts
from casework.web import surroundings
from casework.web.errors import rules_shown_on
from casework.web.security import requires
from casework.web.wording import bp
from casework.web.wording.forms import OpinionForm, ReleaseForm
from casework.web.wording.reading import version_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.post("/templates/versions/<int:version_id>/release")
@requires(Permission.RELEASE_TEMPLATES)
def release(version_id: int) -> ResponseReturnValue:
    """批准启用."""
    form = ReleaseForm()
    acts.release_version(surroundings.current_desk(), version_id, sha256=form.sha256.data or "")
    flash("已批准启用，此后起草、出具的文书照这一版；已签发的和已审核的不变")
    return _back(version_id)


@bp.post("/templates/versions/<int:version_id>/refuse")
@requires(Permission.RELEASE_TEMPLATES)
def refuse(version_id: int) -> ResponseReturnValue:
    """不予批准, with an opinion."""
    form = OpinionForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            acts.refuse_version(
                surroundings.current_desk(), version_id, opinion=form.words.data or ""
            )
            flash("已写明意见，没有批准")
            return _back(version_id)
    return version_page(version_id, form)


@bp.post("/templates/versions/<int:version_id>/withdraw")
@requires(Permission.EDIT_TEMPLATES)
def withdraw(version_id: int) -> ResponseReturnValue:
    """收回."""
    acts.withdraw_version(surroundings.current_desk(), version_id)
    flash("已收回，没有启用")
    return _back(version_id)


@bp.post("/templates/versions/<int:version_id>/retire")
@requires(Permission.RELEASE_TEMPLATES)
def retire(version_id: int) -> ResponseReturnValue:
    """停用, with a reason."""
    form = OpinionForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            acts.retire_version(
                surroundings.current_desk(), version_id, reason=form.words.data or ""
            )
            flash("已停用，此后的文书照上级机关的文本或者默认文本")
            return _back(version_id)
    return version_page(version_id, form)


def _back(version_id: int) -> ResponseReturnValue:
    return redirect(url_for("wording.version", version_id=version_id))

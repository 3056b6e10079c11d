"""权限表, to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from casework.domain.permissions import GRANTS, Permission, Role
from casework.web.admin import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/admin/permissions")
@requires(Permission.VIEW_PERMISSIONS)
def permissions() -> ResponseReturnValue:
    """Show which role may do what: the table the program itself decides by."""
    return render_template(
        "admin/permissions.html", roles=Role, permissions=Permission, grants=GRANTS
    )

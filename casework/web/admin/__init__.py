"""机关、账号、角色、安全策略 and 权限表."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("admin", __name__)

import casework.web.admin.agencies  # noqa: E402  the routes need the blueprint
import casework.web.admin.people  # noqa: E402  as above
import casework.web.admin.policy  # noqa: E402  as above
import casework.web.admin.roles  # noqa: E402  as above
import casework.web.admin.routes  # noqa: E402, F401  as above

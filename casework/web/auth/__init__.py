"""登录、退出、键盘说明."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("auth", __name__)

import casework.web.auth.routes  # noqa: E402, F401  the routes need the blueprint

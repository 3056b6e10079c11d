"""登录、二次验证、登录会话、密码、键盘说明."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("auth", __name__)

import casework.web.auth.log_ins  # noqa: E402
import casework.web.auth.routes  # noqa: E402
import casework.web.auth.second_step  # noqa: E402, F401  the routes need the blueprint

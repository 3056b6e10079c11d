"""Who may open which page, and what every answer carries.

Everything is denied that does not say otherwise: an endpoint without ``@requires``,
``@signed_in`` or ``@public`` stops the application at start-up (OWASP ASVS 5.0 8.2.1).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, session, url_for
from flask_login import UserMixin, current_user

from casework.domain.permissions import Permission, require
from casework.extensions import db, login_manager
from casework.queries.visibility import find_mark
from casework.services import log_ins, restriction
from casework.web import surroundings
from casework.web.errors import SignInNeeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response
    from werkzeug.wrappers import Response as BaseResponse

TOKEN = "token"  # noqa: S105  the key in the cookie session, not a secret
WAITING = "waiting"
"""Where the cookie session keeps the token of a log-in that waits for its second step."""

_ACCESS = "casework_access"
_PASSWORD = "auth.change_password"  # noqa: S105  an endpoint
_SECOND_STEP = "auth.second_step"
_BINDING = frozenset({_SECOND_STEP, "auth.begin_second_step", "auth.bind_second_step"})
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_STATIC = frozenset({"static", "bootstrap.static"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open an endpoint; no ``permission`` and not ``public``: anybody who is logged in."""

    permission: Permission | None = None
    public: bool = False


def requires(permission: Permission) -> Callable[[Any], Any]:
    """Open a view to those whose roles grant ``permission``, and to nobody else."""
    return _mark(Access(permission=permission))


def _mark(access: Access) -> Callable[[Any], Any]:
    def mark(view: Any) -> Any:
        setattr(view, _ACCESS, access)
        return view

    return mark


public = _mark(Access(public=True))
"""Open a view to everybody, logged in or not."""

signed_in = _mark(Access())
"""Open a view to everybody who is logged in, in whatever role."""


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login is untyped
    """The person of this request, as Flask-Login wants to see one."""

    def __init__(self, person: log_ins.Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return the account's id."""
        return str(self.person.actor.user_id)


def install(app: Flask) -> None:
    """Guard every request and every answer of ``app``; RuntimeError if a page names no access."""
    login_manager.session_protection = None  # the session row on the server is the protection
    login_manager.request_loader(_load_person)
    app.before_request(_guard)
    app.after_request(_add_headers)
    undeclared = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None
    )
    if undeclared:
        msg = f"these endpoints do not say who may open them: {', '.join(undeclared)}"
        raise RuntimeError(msg)


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return who may open ``endpoint``, or None if it does not say."""
    if endpoint in _STATIC:
        return Access(public=True)
    found = getattr(app.view_functions[endpoint], _ACCESS, None)
    return found if isinstance(found, Access) else None


def safe_next(target: str | None) -> str:
    r"""Return ``target`` if it is a path of this application, else the front page.

    One leading slash, no second one, no backslash, no control or invisible character, no host:
    browsers read ``//e``, ``/\e`` and ``/<tab>/e`` as another site (ASVS 5.0 3.7.2).
    """
    front = url_for("desk.home")
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return front
    if any(unicodedata.category(character) in _INVISIBLE for character in target):
        return front
    try:
        parts = urlsplit(target)
    except ValueError:
        return front
    return front if parts.scheme or parts.netloc else target


def _load_person(_request: Request) -> SignedIn | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    person = log_ins.find_person(
        db.session(), token, surroundings.now(), demo=bool(current_app.config["DEMO"])
    )
    return SignedIn(person) if person else None


def _guard() -> BaseResponse | None:
    if request.endpoint is None:
        return None  # 404 and 405 say nothing about anybody
    access = access_of(current_app, request.endpoint)
    if access is None or access.public:
        return None
    if not current_user.is_authenticated:
        raise SignInNeeded
    person = surroundings.current_person()
    if access.permission is not None:
        require(person.actor, access.permission)
    if person.password_due and request.endpoint != _PASSWORD:
        return redirect(url_for(_PASSWORD))
    if person.code_due and not person.password_due and request.endpoint not in _BINDING:
        return redirect(url_for(_SECOND_STEP))
    _guard_case()
    return None


def _guard_case() -> None:
    """Open no page about a case that is not the reader's to see, whatever the page itself asks.

    Every address that names a case passes here, so that no new one can be forgotten; a look at a
    restricted case goes on record.
    """
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None:
        return
    marked = find_mark(db.session(), surroundings.current_actor(), case_id)
    if marked and request.method == "GET":
        restriction.record_view(surroundings.current_desk(), case_id, page=request.endpoint or "")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in _STATIC:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response

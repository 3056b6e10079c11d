"""Speaking HTTP: pages and forms. Asks queries, calls services, decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.web import errors, filters, navigation, provisional, security
from casework.web.admin import bp as admin
from casework.web.annual import bp as annual
from casework.web.auth import bp as auth
from casework.web.calendar import bp as calendar
from casework.web.cases import bp as cases
from casework.web.clock import bp as clock
from casework.web.desk import bp as desk
from casework.web.display import bp as display
from casework.web.display import choice
from casework.web.documents import bp as documents
from casework.web.help import bp as manual
from casework.web.inbox import bp as inbox
from casework.web.ledger import bp as ledger
from casework.web.management import bp as management
from casework.web.notices import bp as notices
from casework.web.publication import bp as publication
from casework.web.review import bp as review
from casework.web.setup import bp as setup
from casework.web.wording import bp as wording

if TYPE_CHECKING:
    from flask import Flask

BLUEPRINTS = (
    auth,
    desk,
    inbox,
    cases,
    review,
    documents,
    wording,
    annual,
    management,
    ledger,
    calendar,
    clock,
    publication,
    notices,
    display,
    manual,
    admin,
    setup,
)


def install(app: Flask) -> None:
    """Give the application its pages; RuntimeError if one of them does not say who may see it."""
    filters.install(app)
    choice.install(app)
    navigation.install(app)
    provisional.install(app)
    errors.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    security.install(app)

"""Run under strace: registers cases and says so after each, as a server would to a clerk.

Usage: python -m tests.crash.registering HOME HOW_MANY FULL|NORMAL
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sqlalchemy import select

import config
from casework.app import create_app
from casework.domain import time_source
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.models import User
from casework.queries.calendar import current_calendar
from casework.services import registration
from casework.services import transaction as transactions
from casework.services.desk import Desk
from tests.conftest import settings_for
from tests.services.test_road import application


def main(home: Path, how_many: int, synchronous: str) -> None:
    transactions._PRAGMAS = tuple(
        pragma.replace("synchronous=FULL", f"synchronous={synchronous}")
        for pragma in transactions._PRAGMAS
    )
    url = f"sqlite:///{home / 'casework.db'}"
    app = create_app(settings_for(home, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        session = db.session()
        user = session.scalars(select(User).where(User.login == "zhoumin")).one()
        desk = Desk(
            session=session,
            actor=Actor(
                user_id=user.id,
                name=user.name,
                agency_id=user.agency_id,
                agency_path=user.agency.path,
                roles=frozenset({Role.CLERK}),
            ),
            now=time_source.now(),
            calendar=current_calendar(session),
            stationery=app.extensions["casework_stationery"],
        )
        for number in range(how_many):
            nonce = f"form-{number}"
            registration.register(
                desk, application(), agency_id=desk.actor.agency_id or 0, nonce=nonce
            )
            os.write(1, f"ACK {nonce}\n".encode())
        # Killed, not closed: closing would fold the log into the file.
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

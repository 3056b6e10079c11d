"""T22: who may try how often, that the clock tells nothing, and that only one account closes."""

from __future__ import annotations

import os
import statistics
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Role
from casework.extensions import db
from casework.models import Agency, Event, LoginAttempt, LoginSession, User
from casework.services import log_ins, passwords, sign_in
from casework.services.log_ins import Place
from casework.services.passwords import hash_password
from tests.conftest import NOW, PASSWORD, add_agency, add_user
from tests.services.test_concurrency import in_parallel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

WRONG = "Wrong-Horse-9"
OFFICE = Place(address="10.1.2.3", browser="谷歌浏览器，Windows 7")


@pytest.fixture
def zhou(session: Session, agency: Agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


@pytest.fixture
def he(session: Session, agency: Agency) -> User:
    return add_user(
        session, login="hejingyi", name="何静怡", agency=agency, roles={Role.LEGAL_REVIEWER}
    )


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were held against a hash."""
    seen: list[str] = []
    check = sign_in.password_matches

    def counted(stored: str | None, password: str) -> bool:
        seen.append(password)
        return stored is not None and check(stored, password)  # the dummy costs a tenth each

    monkeypatch.setattr(sign_in, "password_matches", counted)
    return seen


def come_in(
    session: Session,
    password: str = PASSWORD,
    *,
    login: str = "zhoumin",
    now: datetime = NOW,
    place: Place = OFFICE,
) -> str:
    return sign_in.log_in(session, login=login, password=password, now=now, place=place).token


def refusal(session: Session, password: str = WRONG, **how: object) -> str:
    with pytest.raises(RuleBroken) as refused:
        come_in(session, password, **how)  # type: ignore[arg-type]
    assert refused.value.field == "password"
    return refused.value.message


def test_a_log_in_names_the_person_and_keeps_no_token(session: Session, zhou: User) -> None:
    token = come_in(session)
    person = log_ins.find_person(session, token, NOW)
    assert person is not None
    assert (person.actor.name, person.actor.roles) == ("周敏", frozenset({Role.CLERK}))
    assert person.actor.agency_path == zhou.agency.path
    assert len(token) >= 43  # 256 bits
    [row] = session.scalars(select(LoginSession)).all()
    assert token not in row.token_hash
    assert (row.address, row.browser) == (OFFICE.address, OFFICE.browser)
    assert zhou.last_log_in_at == NOW


def test_unknown_closed_and_wrong_read_the_same(session: Session, zhou: User, he: User) -> None:
    he.is_active = False
    session.commit()
    told = {
        refusal(session, login="zhoumin"),
        refusal(session, login="nobody"),
        refusal(session, PASSWORD, login="hejingyi"),
        refusal(session, PASSWORD, login=zhou.login.upper() + " x"),
    }
    assert told == {"用户名或者密码不对。连续错 5 次，15 分钟内不能再试"}


def test_too_many_reads_the_same_for_known_and_unknown(session: Session, zhou: User) -> None:
    told = set()
    for login in (zhou.login, "nobody"):
        for _ in range(5):
            refusal(session, login=login)
        told.add(refusal(session, PASSWORD, login=login))
    assert told == {"这个用户名连续输错的次数太多，10:15 以后才能再试；急用的，请系统管理员解除"}


def test_five_wrong_ones_close_this_account_and_no_other(
    session: Session, zhou: User, he: User, looked_at: list[str]
) -> None:
    for _ in range(5):
        refusal(session)
    assert len(looked_at) == 5
    refusal(session, PASSWORD)
    assert len(looked_at) == 5
    assert come_in(session, login=he.login)
    assert come_in(session, login=zhou.login, now=NOW + timedelta(minutes=15, seconds=1))


def test_a_log_in_that_succeeds_forgives_what_went_before(session: Session, zhou: User) -> None:
    assert zhou.is_active
    for _ in range(3):
        for _ in range(4):
            refusal(session)
        come_in(session)


def test_an_open_log_in_stays_open_while_the_account_is_closed(
    session: Session, zhou: User
) -> None:
    """Whoever guesses at an account cannot throw its holder out."""
    token = come_in(session)
    for _ in range(7):
        refusal(session, login=zhou.login)
    assert log_ins.find_person(session, token, NOW) is not None


def test_t22_a_thousand_guesses_in_an_hour_and_no_more_than_20_are_looked_at(
    session: Session, zhou: User, he: User, looked_at: list[str]
) -> None:
    guesses = int(os.environ.get("CASEWORK_GUESSES", "300"))
    for number in range(guesses):
        at = NOW + timedelta(seconds=3600 * number / guesses)
        # From ever new addresses: the limit of the account has to hold alone.
        place = Place(address=f"10.9.{number // 250}.{number % 250}")
        refusal(session, f"Guess-{number}", login=zhou.login, now=at, place=place)
    print(f"T22: {len(looked_at)} of {guesses} guesses in one hour were looked at")  # noqa: T201
    assert 5 <= len(looked_at) <= 20
    assert come_in(session, login=he.login, now=NOW + timedelta(hours=1))


def test_t22_one_address_that_guesses_at_everybody_has_to_wait(
    session: Session, zhou: User, looked_at: list[str]
) -> None:
    for number in range(40):
        refusal(session, login=f"clerk{number}")
    assert len(looked_at) == 20
    assert "这台电脑所在的网络" in refusal(session, PASSWORD, login=zhou.login)
    rows = session.scalar(select(func.count()).select_from(LoginAttempt))
    assert rows == 20, "what is not looked at is not written either"
    assert come_in(session, login=zhou.login, place=Place(address="10.1.2.4"))
    assert come_in(session, login=zhou.login, now=NOW + timedelta(minutes=5, seconds=1))


def test_tries_are_forgotten_after_a_day(session: Session, zhou: User) -> None:
    for _ in range(4):
        refusal(session, login=zhou.login)
    later = NOW + timedelta(hours=24, seconds=1)
    refusal(session, login=zhou.login, now=later)
    assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 1


@pytest.fixture
def office(own_app: Flask) -> Flask:
    with own_app.app_context():
        session = db.session()
        agency = add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")
        add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})
        db.session.remove()
    return own_app


def test_t22_many_tries_at_one_moment_do_not_slip_past_the_count(
    office: Flask, looked_at: list[str]
) -> None:
    def guess(number: int) -> object:
        return come_in(db.session(), f"Guess-{number}", place=Place(address=f"10.9.9.{number}"))

    answers = in_parallel(office, guess, 24)
    assert all(isinstance(answer, RuleBroken) for answer in answers), answers
    assert len(looked_at) <= 5


def test_t22_the_count_outlives_the_process(
    office: Flask, looked_at: list[str], new_app: Callable[[Flask], Flask]
) -> None:
    with office.app_context():
        for _ in range(5):
            refusal(db.session())
        db.session.remove()
    assert len(looked_at) == 5
    with new_app(office).app_context():
        refusal(db.session(), PASSWORD)
        db.session.remove()
    assert len(looked_at) == 5


@pytest.fixture
def new_app() -> Iterator[Callable[[Flask], Flask]]:
    """Make the application once more over the same database, as another worker would."""
    import config
    from casework.app import create_app

    made = []

    def make(former: Flask) -> Flask:
        made.append(create_app(dict(former.config), template_folder=config.ROOT / "templates"))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_t22_the_clock_does_not_tell_whether_a_log_in_exists(
    session: Session, zhou: User, he: User
) -> None:
    """Medians of a known, an unknown and a closed log-in; the full size runs under make soak."""
    times = int(os.environ.get("CASEWORK_LOG_INS", "4"))
    for user in (zhou, he):
        user.password_hash = hash_password(PASSWORD)
    he.is_active = False
    session.commit()
    passwords._nobody.cache_clear()  # another test may have made it with a cheap hash
    refusal(session, login="warm", now=NOW - timedelta(days=2))  # the dummy hash is made once
    spent: dict[str, list[float]] = {"zhoumin": [], "nobody": [], "hejingyi": []}
    for number in range(times):
        for login, seconds in spent.items():
            at = NOW + timedelta(days=number)  # never closed by the count
            begun = time.perf_counter()
            refusal(session, login=login, now=at, place=Place(address=""))
            seconds.append(time.perf_counter() - begun)
    medians = {login: statistics.median(seconds) * 1000 for login, seconds in spent.items()}
    spread = max(medians.values()) - min(medians.values())
    print(f"T22: medians in ms over {times}: {medians}, spread {spread:.1f}")  # noqa: T201
    # Without the dummy hash an unknown log-in takes a tenth of the time.
    assert max(medians.values()) < 2 * min(medians.values())
    if times >= 200:
        assert spread <= 10


def test_every_log_in_and_refusal_is_on_record_and_no_secret_is(
    session: Session, zhou: User
) -> None:
    come_in(session)
    refusal(session, "Secret-Typo-9")
    refusal(session, "Secret-Typo-9", login="Secret-In-The-Wrong-Field-9")
    for _ in range(4):
        refusal(session, "Secret-Typo-9")
    refusal(session, "Secret-Typo-9")
    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.action for event in events] == ["log_in", *["log_in_refused"] * 7]
    assert events[0].detail == {
        "address": "10.1.2.3",
        "browser": "谷歌浏览器，Windows 7",
        "proof": "password",
    }
    assert [event.detail["why"] for event in events[1:]] == [
        "password",
        "unknown",
        "password",
        "password",
        "password",
        "password",
        "too_many",
    ]
    assert events[2].actor_name == "未知用户"
    assert events[2].agency_id is None
    assert "closed_until" in events[6].detail
    assert {event.actor_id for event in events if event.actor_id} == {zhou.id}
    everything = str(session.execute(select(Event.__table__)).all())
    everything += str(session.execute(select(LoginAttempt.__table__)).all())
    assert "Secret" not in everything


def test_a_log_in_from_another_address_is_told_and_recorded(session: Session, zhou: User) -> None:
    come_in(session)
    same = sign_in.log_in(session, login=zhou.login, password=PASSWORD, now=NOW, place=OFFICE)
    assert same.elsewhere == ()
    other = sign_in.log_in(
        session, login=zhou.login, password=PASSWORD, now=NOW, place=Place(address="10.7.7.7")
    )
    assert {each.address for each in other.elsewhere} == {"10.1.2.3"}
    newest = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert newest is not None
    assert newest.detail["elsewhere"] == ["10.1.2.3"]


def test_demonstration_accounts_open_only_in_the_demonstration(
    session: Session, zhou: User
) -> None:
    zhou.is_demo = True
    session.commit()
    assert "用户名或者密码不对" in refusal(session, PASSWORD)
    opened = sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW, demo=True)
    assert log_ins.find_person(session, opened.token, NOW, demo=True) is not None
    assert log_ins.find_person(session, opened.token, NOW) is None


def test_a_certificate_is_asked_for_where_one_is_registered(session: Session, zhou: User) -> None:
    zhou.certificate = "CN=周敏,O=青沅市"
    session.commit()
    refusal(session, PASSWORD)
    refusal(session, PASSWORD, place=Place(certificate="CN=别人,O=青沅市"))
    come_in(session, place=Place(certificate="CN=周敏,O=青沅市"))
    newest = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert newest is not None
    assert newest.detail["proof"] == "certificate"

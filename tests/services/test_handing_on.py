"""转办: the application goes to the agency it was meant for, once, with all that came with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.application import ReceiptMode
from casework.domain.case_links import LinkKind
from casework.domain.errors import NotFound, RuleBroken, TransitionRefused
from casework.domain.forms import form_for_year
from casework.domain.permissions import Actor, Role
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.models import Agency, Attachment, Case, CaseLink, Event
from casework.queries.annual_cube import Scope, count_cases, read_table
from casework.queries.case_office import list_hand_ons, list_links
from casework.services import (
    attachments,
    closure,
    handing_on,
    linking,
    registration,
    reopening,
    timekeeping,
)
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.handing_on import HandOn
from tests.conftest import add_agency, beijing
from tests.domain.test_attachments import PDF
from tests.services.test_office_acts import at, finished
from tests.services.test_road import (
    application,
    case_of,
    clerk,
    handler,
    leader,
    reviewer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

SENT = date(2026, 9, 9)  # Wednesday; received on Monday the 7th


@pytest.fixture
def housing(session: Session, agency: Agency) -> Agency:
    """A bureau beside ours, under one government: neither sees the other's cases."""
    city = add_agency(session, code="QYZF", name="青沅市人民政府", prefix="青公开")
    housing = add_agency(
        session, code="QYZJ", name="青沅市住房和城乡建设局", prefix="青建公开", parent=city
    )
    agency.parent_id = city.id
    agency.path = f"{city.path}{agency.id}/"
    session.commit()
    return housing


@pytest.fixture
def here(clerk: Desk, housing: Agency, session: Session) -> Desk:
    """Our clerk, once the agency stands under the government."""
    assert housing.parent_id
    return moved(clerk, session)


def moved(desk: Desk, session: Session) -> Desk:
    own = session.get_one(Agency, desk.actor.agency_id)
    return replace(desk, actor=replace(desk.actor, agency_path=own.path), now=beijing(SENT))


def there(desk: Desk, housing: Agency) -> Desk:
    actor = Actor(
        user_id=desk.actor.user_id,
        name="住建局登记员",
        agency_id=housing.id,
        agency_path=housing.path,
        roles=frozenset({Role.CLERK}),
    )
    return replace(desk, actor=actor)


def how(housing: Agency, **changes: object) -> HandOn:
    values: dict[str, object] = {
        "agency_id": housing.id,
        "reason": "房屋征收由住建局负责",
        "told": "9月9日电话告知，并告知住建局地址、电话",
    }
    return HandOn(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def case_id(here: Desk) -> int:
    return registration.register(here, application(), agency_id=here.actor.agency_id or 0).id


def test_the_application_goes_on_with_all_that_came_with_it(
    session: Session, here: Desk, housing: Agency, case_id: int, tmp_path: Path
) -> None:
    attachments.attach(here, case_id, folder=tmp_path, name="申请表.pdf", content=PDF)
    key = handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    old, new = case_of(session, case_id), case_of(session, key.id)
    assert new.number == "青建公开〔2026〕1号"
    assert (new.agency_id, new.state) == (housing.id, State.AWAITING_CONFIRMATION)
    assert (new.received_on, new.due_on, new.arrived_on) == (None, None, SENT)
    assert (new.request_text, new.channel, new.submitted_on) == (
        old.request_text,
        old.channel,
        old.submitted_on,
    )
    for name in ("name", "id_number", "id_number_index", "phone", "phone_index", "address"):
        assert getattr(new.applicant, name) == getattr(old.applicant, name), name
    assert (old.state, old.closed_on, old.ground) == (State.CLOSED, SENT, "handed_on")
    assert (old.received_on, old.due_on) == (None, None)
    files = session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [file.case_id for file in files] == [case_id, key.id]
    assert files[0].sha256 == files[1].sha256
    assert files[0].stored_as != files[1].stored_as
    assert (tmp_path / files[1].stored_as).read_bytes() == PDF
    # Each end names the other, and neither tells the other's content.
    [from_here] = list_hand_ons(session, here.actor, case_id)
    assert (from_here.kind, from_here.number, from_here.other_id) == (
        LinkKind.HANDED_TO,
        new.number,
        None,
    )
    [from_there] = list_hand_ons(session, there(here, housing).actor, key.id)
    assert (from_there.kind, from_there.number) == (LinkKind.HANDED_FROM, old.number)
    assert list_links(session, here.actor, case_id) == []
    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(e.case_id, e.action) for e in events][-3:] == [
        (case_id, "hand_on"),
        (key.id, "register"),
        (key.id, "take_handed_on"),
    ]


def test_the_other_agency_s_period_runs_from_the_day_it_takes_the_application_in(
    session: Session, here: Desk, housing: Agency, case_id: int, tmp_path: Path
) -> None:
    key = handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    other = there(here, housing)
    with pytest.raises(RuleBroken) as refusal:  # not before it came
        registration.confirm_receipt(other, key.id, received_on=date(2026, 9, 8), version=None)
    assert refusal.value.field == "received_on"
    registration.confirm_receipt(other, key.id, received_on=SENT, version=None)
    case = case_of(session, key.id)
    assert (case.state, case.received_on) == (State.AWAITING_ASSIGNMENT, SENT)
    assert case.due_on == date(2026, 10, 13)  # 20 working days after Wed 9 September
    with pytest.raises(NotFound):
        registration.confirm_receipt(here, key.id, received_on=SENT, version=None)


def test_nothing_is_counted_twice(
    session: Session, here: Desk, housing: Agency, case_id: int, tmp_path: Path
) -> None:
    key = handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    assert count_cases(session, 2026, Scope()) == [], "nobody has taken it in yet"
    registration.confirm_receipt(there(here, housing), key.id, received_on=SENT, version=None)
    form = form_for_year(2026)
    for path, new in (("/", 1), (housing.path, 1), (here.actor.agency_path, 0)):
        table = read_table(session, form, 2026, Scope(path=path))
        assert (table.value("R1", "C7"), table.value("R3.7", "C7")) == (new, 0), path


def test_a_case_waiting_for_its_receipt_day_can_go_too(
    session: Session, here: Desk, housing: Agency, tmp_path: Path
) -> None:
    key = registration.register(
        here,
        application(receipt_mode=ReceiptMode.WEB_FORM, received_on=None),
        agency_id=here.actor.agency_id or 0,
    )
    handing_on.hand_on(here, key.id, how(housing), folder=tmp_path, version=None)
    assert case_of(session, key.id).state is State.CLOSED


@pytest.mark.parametrize(
    ("changes", "field"), [({"reason": " "}, "reason"), ({"told": ""}, "told")]
)
def test_the_applicant_is_told(
    session: Session,
    here: Desk,
    housing: Agency,
    case_id: int,
    tmp_path: Path,
    changes: dict[str, object],
    field: str,
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        handing_on.hand_on(here, case_id, how(housing, **changes), folder=tmp_path, version=None)
    assert (refusal.value.field, refusal.value.basis) == (field, "条例第三十六条第五项")
    assert session.scalars(select(Case.id)).all() == [case_id]


def test_only_another_agency_of_the_same_tree(
    session: Session, here: Desk, housing: Agency, case_id: int, tmp_path: Path
) -> None:
    stranger = add_agency(session, code="HZ", name="汇州市档案馆", prefix="汇公开")
    with pytest.raises(NotFound):
        handing_on.hand_on(here, case_id, how(stranger), folder=tmp_path, version=None)
    own = how(housing, agency_id=here.actor.agency_id)
    with pytest.raises(RuleBroken, match="请选另一个机关"):
        handing_on.hand_on(here, case_id, own, folder=tmp_path, version=None)
    housing.is_active = False
    session.commit()
    with pytest.raises(NotFound):
        handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)


def test_who_is_late_or_consulting_or_has_answered_keeps_the_case(
    session: Session,
    here: Desk,
    handler: Desk,
    reviewer: Desk,
    leader: Desk,
    housing: Agency,
    case_id: int,
    tmp_path: Path,
) -> None:
    late = at(here, date(2026, 10, 13))
    with pytest.raises(RuleBroken, match="已过，不能再转办"):
        handing_on.hand_on(late, case_id, how(housing), folder=tmp_path, version=None)
    timekeeping.start_consultation(
        here, case_id, on=SENT, party=Party.AGENCY, whom="住建局", version=None
    )
    with pytest.raises(TransitionRefused, match="征求意见尚未结束"):
        handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    people = [moved(desk, session) for desk in (handler, reviewer, leader)]
    answered = finished(here, *people)
    reopening.reopen(at(people[2], date(2026, 9, 18)), answered, reason="附件有误", version=None)
    with pytest.raises(TransitionRefused, match="已经答复过"):
        handing_on.hand_on(
            at(here, date(2026, 9, 18)), answered, how(housing), folder=tmp_path, version=None
        )


def test_what_left_is_neither_taken_up_again_nor_untied(
    session: Session, here: Desk, leader: Desk, housing: Agency, case_id: int, tmp_path: Path
) -> None:
    handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    with pytest.raises(TransitionRefused, match="没有收到日期"):
        reopening.reopen(moved(leader, session), case_id, reason="再办", version=None)
    tie = session.scalars(select(CaseLink)).one()
    with pytest.raises(RuleBroken, match="不能取消"):
        linking.unlink(here, case_id, tie.id, version=None)
    other = registration.register(here, application(), agency_id=here.actor.agency_id or 0)
    with pytest.raises(RuleBroken, match="转办的关联"):
        linking.link(
            here,
            case_id,
            number=other.number,
            kind=LinkKind.HANDED_TO,
            version=None,
        )


def test_a_case_withdrawn_before_its_receipt_day_is_not_taken_up_either(
    session: Session, here: Desk, leader: Desk
) -> None:
    key = registration.register(
        here,
        application(receipt_mode=ReceiptMode.WEB_FORM, received_on=None),
        agency_id=here.actor.agency_id or 0,
    )
    closure.withdraw(here, key.id, on=SENT, reason="电话提出", version=None)
    with pytest.raises(TransitionRefused, match="没有收到日期"):
        reopening.reopen(moved(leader, session), key.id, reason="再办", version=None)


def test_a_failure_leaves_neither_case_nor_file(
    session: Session,
    here: Desk,
    housing: Agency,
    case_id: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attachments.attach(here, case_id, folder=tmp_path, name="申请表.pdf", content=PDF)
    before = sorted(path.name for path in tmp_path.iterdir())

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr(handing_on, "record_event", fail)
    with pytest.raises(OSError):  # noqa: PT011  nothing to read in it
        handing_on.hand_on(here, case_id, how(housing), folder=tmp_path, version=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert session.scalars(select(Case.id)).all() == [case_id]


def test_a_locked_year_keeps_its_cases(
    session: Session,
    here: Desk,
    leader: Desk,
    housing: Agency,
    tmp_path: Path,
    desk_for: Callable[..., Desk],
) -> None:
    december = replace(here, now=beijing(date(2026, 12, 30)))
    key = registration.register(
        december,
        application(submitted_on=date(2026, 12, 29), received_on=date(2026, 12, 30)),
        agency_id=here.actor.agency_id or 0,
    )
    january = beijing(date(2027, 1, 6))
    year = YearKey(here.actor.agency_id or 0, 2026)
    statistician = moved(desk_for(Role.STATISTICIAN, name="沈薇"), session)
    close_year(replace(statistician, now=january), year)
    confirm_year(replace(moved(leader, session), now=january), year)
    with pytest.raises(RuleBroken, match="统计表已经锁定"):
        handing_on.hand_on(
            replace(here, now=january), key.id, how(housing), folder=tmp_path, version=None
        )
    # It is answered here, as the law has it (第三十六条第五项).
    assert case_of(session, key.id).state is State.AWAITING_ASSIGNMENT

"""Help at the desk on a real index: whom and what it finds, for whom, at which cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.domain.application import ApplicantType, DeliveryMethod, ReceiptMode
from casework.domain.errors import NotFound
from casework.domain.grounds import Outcome, Requirement
from casework.domain.permissions import Role
from casework.domain.repeated_requests import SamePerson
from casework.domain.reply import ReplyContent
from casework.domain.statutes import StatuteCode
from casework.queries.case_page import get_case_file
from casework.queries.similar_requests import (
    MOST_SHOWN,
    filed_request,
    find_help,
    typed_request,
)
from casework.services import closure, drafting, issue, registration, restriction, review
from casework.services.closure import Handover
from casework.services.registration import ApplicantData, NewApplication
from tests.conftest import add_agency, beijing
from tests.queries.test_desk import count_queries

TODAY = date(2026, 9, 28)
REQUEST = "申请公开柳湾村集体土地征收补偿安置方案"
ID = "11010519491231002X"


@pytest.fixture
def clerk(desk_for):
    return desk_for(Role.CLERK, Role.HANDLER, name="周敏", now=beijing(TODAY))


@pytest.fixture
def file_case(clerk, agency):
    def register(text: str = REQUEST, *, at=None, desk=None, on: date = TODAY, **person: str):
        return registration.register(
            desk or clerk,
            NewApplication(
                receipt_mode=ReceiptMode.COUNTER,
                applicant=ApplicantData(
                    type=ApplicantType.NATURAL_PERSON, **({"name": "林秀珍"} | person)
                ),
                request_text=text,
                received_on=on,
            ),
            agency_id=(at or agency).id,
        )

    return register


@pytest.fixture
def ask(session, clerk):
    def find(text: str = REQUEST, *, actor=None, name: str = "林秀珍", **changes: object):
        facts: dict[str, object] = {
            "id_number": "",
            "phone": "",
            "statute": StatuteCode.REGULATION_2019,
            "received_on": TODAY,
            "agency_id": clerk.actor.agency_id,
        }
        asked = typed_request(request_text=text, name=name, **(facts | changes))
        return find_help(session, actor or clerk.actor, asked)

    return find


@pytest.fixture
def answer(clerk, desk_for):
    """Carry a case to its issued reply."""

    def carry(key) -> None:
        registration.assign(clerk, key.id, unit="耕地保护科", handler_id=None, version=None)
        drafting.save_draft(
            clerk,
            key.id,
            ReplyContent(
                outcome=Outcome.DISCLOSED,
                grounds=("disclosed",),
                particulars={Requirement.HOW_PROVIDED: "邮寄"},
            ),
            version=None,
        )
        drafting.submit_draft(clerk, key.id, version=None)
        reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(TODAY))
        text_hash = get_case_file(clerk.session, clerk.actor, key.id).draft.text_hash
        review.approve(reviewer, key.id, text_hash=text_hash, version=None)
        leader = desk_for(Role.LEADER, name="罗建平", now=beijing(TODAY))
        issue.issue_reply(leader, key.id, version=None)
        closure.dispatch(
            clerk,
            key.id,
            Handover(method=DeliveryMethod.MAIL, handed_over_on=TODAY, mail_number="1"),
            version=None,
        )

    return carry


def test_the_applicants_others_and_what_is_alike_are_told_apart(file_case, ask) -> None:
    own = file_case()
    unlike = file_case("宅基地审批表")
    same = file_case("请公开柳湾村土地征收补偿安置方案", name="赵海明")
    file_case("公开食堂经费", name="赵海明")
    found = ask()
    assert [line.id for line in found.own] == [own.id, unlike.id]
    assert [line.percent > 0 for line in found.own] == [True, False]
    assert [line.id for line in found.alike] == [same.id]
    assert found.own[0].same_person is SamePerson.NAME
    assert found.alike[0].same_person is None
    assert found.own[0].percent == 100 > found.alike[0].percent >= 35


def test_a_person_is_known_by_number_under_another_name(file_case, ask) -> None:
    by_id = file_case("宅基地审批表", name="林某", id_number=ID)
    by_phone = file_case("食堂经费", name="林秀", phone="13812342217")
    file_case("预算", name="赵海明")
    found = ask(id_number=ID, phone="138 1234 2217")
    assert {line.id: line.same_person for line in found.own} == {
        by_id.id: SamePerson.ID_NUMBER,
        by_phone.id: SamePerson.PHONE,
    }


def test_an_answered_case_is_a_precedent_with_its_reply(file_case, ask, answer) -> None:
    done = file_case(name="赵海明")
    answer(done)
    file_case(name="钱进")
    found = ask()
    by_id = {line.id: line for line in found.alike}
    assert by_id[done.id].reply_number == "青资公开答〔2026〕1号"
    assert by_id[done.id].reply_id is not None
    assert by_id[done.id].ground.outcome is Outcome.DISCLOSED
    assert found.outcomes == [(Outcome.DISCLOSED, 1)]
    assert found.repeat is None  # somebody else's


def test_a_repetition_is_hinted_at_with_what_was_answered(file_case, ask, answer) -> None:
    done = file_case(id_number=ID)
    answer(done)
    open_case = file_case("申请公开：柳灣村集體土地徵收補償安置方案。", id_number=ID)
    found = ask(id_number=ID)
    assert found.repeat is not None
    assert [each.number for each in found.repeat.answered] == [done.number]
    assert [each.number for each in found.repeat.in_hand] == [open_case.number]
    assert ask("申请公开2021年部门决算", id_number=ID).repeat is None
    assert ask(id_number=ID, statute=StatuteCode.REGULATION_2007).repeat is None


def test_the_tenth_application_of_a_year_is_hinted_at(file_case, ask) -> None:
    for n in range(9):
        file_case(f"第{n}件材料", id_number=ID, on=TODAY - timedelta(days=n))
    assert ask(id_number=ID).frequency.in_a_year == 10
    assert ask(id_number=ID).own_count == 9
    assert len(ask(id_number=ID).own) == MOST_SHOWN
    assert ask(name="别人").frequency is None


def test_acceptance_48_only_what_the_reader_may_see_is_found(
    session, file_case, ask, desk_for, clerk
) -> None:
    beside = add_agency(session, code="SL", name="水利局", prefix="水公开")
    stranger = desk_for(Role.CLERK, name="生人", at=beside, now=beijing(TODAY))
    file_case(at=beside, desk=stranger, id_number=ID)
    kept = file_case(id_number=ID)
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(TODAY))
    restriction.restrict(
        leader, kept.id, reason="涉密", reader_ids=[leader.actor.user_id], version=None
    )
    for text in (REQUEST, "", "宅基地"):
        found = ask(text, id_number=ID)
        assert (found.own, found.alike, found.own_count, found.alike_count) == ([], [], 0, 0)
        assert found.repeat is None
    with pytest.raises(NotFound):
        filed_request(session, clerk.actor, kept.id, today=TODAY)


def test_a_reply_is_linked_for_those_who_may_read_it(file_case, ask, answer, desk_for) -> None:
    answer(file_case(name="赵海明"))
    counting = desk_for(Role.STATISTICIAN)
    [line] = ask(actor=counting.actor).alike
    assert (line.reply_id, line.reply_number) == (None, "")


def test_a_case_on_file_is_not_its_own_precedent(session, clerk, file_case) -> None:
    key = file_case(id_number=ID)
    asked = filed_request(session, clerk.actor, key.id, today=TODAY)
    found = find_help(session, clerk.actor, asked)
    assert (found.own, found.alike) == ([], [])


def test_nothing_typed_asks_nothing_and_the_queries_do_not_grow(file_case, ask) -> None:
    with count_queries() as seen:
        found = ask("", name="")
    assert seen == []
    assert (found.own, found.alike, found.outcomes) == ([], [], [])

    def cost() -> int:
        with count_queries() as seen:
            ask(id_number=ID, phone="13812342217")
        return len(seen)

    file_case()
    file_case(name="赵海明")
    few = cost()
    for n in range(15):
        file_case(name=f"申请人{n}")
        file_case(f"{REQUEST}第{n}件", id_number=ID)
    assert cost() == few <= 5

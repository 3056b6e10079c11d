"""Pages of the acts that move the clock, and of 分办."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.application import ReceiptMode
from casework.domain.case_links import LinkKind
from casework.domain.permissions import Permission
from casework.domain.receipt import receipt_rule
from casework.domain.statutes import STATUTES, Party, Rule
from casework.domain.workflow import Action
from casework.extensions import db
from casework.queries.case_office import list_hand_ons
from casework.queries.case_page import get_case_file
from casework.queries.people import list_handlers
from casework.services import registration, timekeeping
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head, run_act
from casework.web.cases.consultations import Consultation, list_consultations
from casework.web.cases.forms import (
    AssignForm,
    ConfirmReceiptForm,
    CorrectReceiptForm,
    DelayForm,
    EndConsultationForm,
    ExtendForm,
    ReceiveCorrectionForm,
    RequestCorrectionForm,
    StartConsultationForm,
)
from casework.web.fields import options, read
from casework.web.filters import day
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.services.case_file import CaseKey

_BOTH = ["GET", "POST"]
SILENCE = {
    Party.THIRD_PARTY: "逾期未提出意见，由本机关依法决定是否公开（条例第三十二条）",
    Party.CO_MAKER: "逾期未提出意见，视为同意公开（条例第三十四条）",
}


@bp.route("/cases/<int:case_id>/confirm-receipt", methods=_BOTH)
@requires(Permission.REGISTER)
def confirm_receipt(case_id: int) -> ResponseReturnValue:
    """登记确认收到日期 (第三十一条)."""
    form = ConfirmReceiptForm()
    head = get_head(case_id)
    return run_act(
        case_id,
        Action.CONFIRM_RECEIPT,
        form,
        lambda desk: registration.confirm_receipt(
            desk, case_id, received_on=read(form.received_on), version=form.version.data
        ),
        rule=receipt_rule(head.receipt_mode or ReceiptMode.WEB_FORM, head.statute),
        handed_from=next(
            (
                one
                for one in list_hand_ons(db.session(), surroundings.current_actor(), case_id)
                if one.kind is LinkKind.HANDED_FROM
            ),
            None,
        ),
    )


@bp.route("/cases/<int:case_id>/correct-receipt", methods=_BOTH)
@requires(Permission.REGISTER)
def correct_receipt(case_id: int) -> ResponseReturnValue:
    """更正收到日期."""
    form = CorrectReceiptForm()
    return run_act(
        case_id,
        Action.CORRECT_RECEIPT,
        form,
        lambda desk: registration.correct_receipt(
            desk,
            case_id,
            received_on=read(form.received_on),
            reason=form.reason.data or "",
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/assign", methods=_BOTH)
@requires(Permission.ASSIGN)
def assign(case_id: int) -> ResponseReturnValue:
    """分办."""
    form = AssignForm()
    head = get_head(case_id)
    handlers = list_handlers(db.session(), head.agency_id)
    form.handler_id.choices = options(
        [
            (0, "暂不指定，由承办单位认领"),
            *((person.id, f"{person.unit} {person.name}".strip()) for person in handlers),
        ]
    )
    if not form.is_submitted():
        form.unit.data = head.unit
        form.handler_id.data = head.handler_id or 0
    units = list(dict.fromkeys(person.unit for person in handlers if person.unit))
    return run_act(
        case_id,
        Action.ASSIGN,
        form,
        lambda desk: registration.assign(
            desk,
            case_id,
            unit=form.unit.data or "",
            handler_id=form.handler_id.data or None,
            version=form.version.data,
        ),
        now=lambda now: {str(form.unit.label.text): now.unit},
        units=units,
    )


@bp.route("/cases/<int:case_id>/request-correction", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def request_correction(case_id: int) -> ResponseReturnValue:
    """告知补正 (第三十条)."""
    form = RequestCorrectionForm()
    head = get_head(case_id)
    limit = STATUTES[head.statute].correction_notice_days
    latest = None
    if head.clock is not None and limit is not None:
        latest = surroundings.calendar().add(head.clock.received_on, limit)
    return run_act(
        case_id,
        Action.REQUEST_CORRECTION,
        form,
        lambda desk: timekeeping.request_correction(
            desk,
            case_id,
            on=read(form.on),
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        latest=latest,
    )


@bp.route("/cases/<int:case_id>/receive-correction", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def receive_correction(case_id: int) -> ResponseReturnValue:
    """登记收到补正 (第三十条)."""
    form = ReceiveCorrectionForm()
    return run_act(
        case_id,
        Action.RECEIVE_CORRECTION,
        form,
        lambda desk: timekeeping.receive_correction(
            desk,
            case_id,
            on=read(form.on),
            content=form.content.data or "",
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/start-consultation", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def start_consultation(case_id: int) -> ResponseReturnValue:
    """征求意见 (第三十二条、第三十四条)."""
    form = StartConsultationForm()
    statute = STATUTES[get_head(case_id).statute]
    form.party.choices = options(
        (party.value, party.label)
        for party in Party
        if party is not Party.CO_MAKER or statute.co_maker_days
    )
    return run_act(
        case_id,
        Action.START_CONSULTATION,
        form,
        lambda desk: timekeeping.start_consultation(
            desk,
            case_id,
            on=read(form.on),
            party=Party(form.party.data),
            whom=form.whom.data or "",
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        statute=statute,
        rules=Rule,
    )


@bp.route("/cases/<int:case_id>/end-consultation", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def end_consultation(case_id: int) -> ResponseReturnValue:
    """登记收到意见; whoever let their 15 working days pass is taken to be silent."""
    form = EndConsultationForm()
    running = _running_consultations(case_id)
    form.party.choices = options((one.party.value, _asked_of(one)) for one in running if one.party)
    silent = next((c for c in running if c.answer_by and c.answer_by < surroundings.today()), None)
    silence = SILENCE[silent.party] if silent and silent.party else ""
    if not form.is_submitted():
        only = silent or (running[0] if len(running) == 1 else None)
        form.party.data = only.party.value if only and only.party else None
        if silent:
            form.on.data = silent.answer_by
            form.opinion.data = silence
    return run_act(
        case_id,
        Action.END_CONSULTATION,
        form,
        lambda desk: timekeeping.end_consultation(
            desk,
            case_id,
            on=read(form.on),
            party=Party(form.party.data),
            opinion=form.opinion.data or "",
            version=form.version.data,
        ),
        silent_since=silent.answer_by if silent else None,
        silence=silence,
    )


def _running_consultations(case_id: int) -> list[Consultation]:
    file = get_case_file(db.session(), surroundings.current_actor(), case_id)
    found = list_consultations(file.clock_lines, file.head.clock, surroundings.calendar())
    return [one for one in found if one.ended_on is None]


def _asked_of(one: Consultation) -> str:
    party = one.party.label if one.party else ""
    return f"{party}：{one.whom}（{day(one.started_on)}发出）" if one.whom else party


@bp.route("/cases/<int:case_id>/extend", methods=_BOTH)
@requires(Permission.EXTEND)
def extend(case_id: int) -> ResponseReturnValue:
    """办延期 (第三十三条第二款)."""
    return _lengthen(case_id, Action.EXTEND, ExtendForm(), timekeeping.extend_deadline)


@bp.route("/cases/<int:case_id>/delay", methods=_BOTH)
@requires(Permission.EXTEND)
def delay(case_id: int) -> ResponseReturnValue:
    """确定延迟答复的合理期限 (第三十五条)."""
    return _lengthen(case_id, Action.DELAY, DelayForm(), timekeeping.delay_reply)


def _lengthen(
    case_id: int,
    action: Action,
    form: ExtendForm | DelayForm,
    act: Callable[..., CaseKey],
) -> ResponseReturnValue:
    """Show or take the form of an act that adds working days to the limit."""
    head = get_head(case_id)
    return run_act(
        case_id,
        action,
        form,
        lambda desk: act(
            desk,
            case_id,
            on=read(form.on),
            days=form.days.data or 0,
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        statute=STATUTES[head.statute],
        rules=Rule,
    )

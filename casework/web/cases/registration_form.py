"""The registration form, in the order of the paper form (申请表)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError
from stdnum.iso7064 import mod_11_2
from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from casework.domain.application import ApplicantType, Channel, ReceiptMode
from casework.domain.statutes import STATUTES, StatuteCode
from casework.domain.text import clean_text
from casework.services.registration import ApplicantData, NewApplication
from casework.web import surroundings
from casework.web.fields import DayField, PageForm, long_text_limits, options, row_id, short_text

if TYPE_CHECKING:
    from wtforms import Field

ID_CARD = "居民身份证"
CREDIT_CODE = "统一社会信用代码"
ID_KINDS = (
    ID_CARD,
    "护照",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    CREDIT_CODE,
    "其他",
)
PROVIDE_FORMS = ("纸面", "电子邮件", "光盘", "磁盘")
OBTAIN_BY = ("邮寄", "自行领取", "当场查阅、抄录", "电子邮件", "传真")
_ID_LENGTH = 18
_NONCE_BYTES = 24

FIRST_MODE = {
    Channel.IN_PERSON: ReceiptMode.COUNTER,
    Channel.MAIL: ReceiptMode.SIGNED_MAIL,
    Channel.ONLINE: ReceiptMode.WEB_FORM,
    Channel.FAX: ReceiptMode.FAX,
}
"""What a channel's link on the desk opens the form with."""


class RegistrationForm(PageForm):
    """登记. ``nonce`` makes a form that is sent twice one case."""

    nonce = HiddenField(default=lambda: secrets.token_urlsafe(_NONCE_BYTES))
    receipt_mode = RadioField(
        "申请渠道",
        choices=options((mode.value, mode.label) for mode in ReceiptMode),
        default=ReceiptMode.COUNTER.value,
        validators=[InputRequired("请选申请渠道")],
    )
    mail_number = short_text("邮件号")
    submitted_on = DayField("申请日期")
    arrived_on = DayField("到达日期")
    received_on = DayField("收到日期")
    agency_id = SelectField("机关", coerce=row_id, validate_choice=False)
    applicant_type = RadioField(
        "申请人类型",
        choices=options((kind.value, kind.label) for kind in ApplicantType),
        default=ApplicantType.NATURAL_PERSON.value,
        validators=[InputRequired("请选申请人类型")],
    )
    name = short_text("姓名或者名称")
    contact_name = short_text("联系人")
    id_kind = SelectField(
        "证件名称", choices=options([("", "未提供"), *((k, k) for k in ID_KINDS)])
    )
    id_number = short_text("证件号码", longest=64)
    phone = short_text("联系电话", longest=64)
    address = short_text("通信地址")
    postcode = short_text("邮政编码", longest=16)
    email = short_text("电子邮箱")
    request_text = TextAreaField("申请内容", validators=long_text_limits("申请内容"))
    subject = short_text("内容类别")
    provide_form = RadioField(
        "提供方式", choices=options([("", "未写"), *((w, w) for w in PROVIDE_FORMS)]), default=""
    )
    obtain_by = RadioField(
        "获取途径", choices=options([("", "未写"), *((w, w) for w in OBTAIN_BY)]), default=""
    )
    statute = SelectField(
        "适用条例",
        choices=options(
            [
                ("", "按收到日期"),
                *((code.value, f"{one.name}（{one.order}）") for code, one in STATUTES.items()),
            ]
        ),
        default="",
    )
    statute_reason = short_text("改用另一部条例的理由")
    note = TextAreaField("备注", validators=long_text_limits("备注"))
    files = MultipleFileField("申请材料")

    def validate_id_number(self, field: Field) -> None:
        """Check the last character of an ID card's number (GB 11643-1999) or a credit code."""
        number = clean_text(field.data or "").upper().replace(" ", "")
        if self.id_kind.data == CREDIT_CODE and number and not uscc.is_valid(number):
            # GB 32100-2015: 18 characters, the last one checks the others.
            raise ValidationError(
                "统一社会信用代码校验不符。应为 18 位，请对照执照逐位核对；没有代码的，"
                "证件名称改选“其他”"
            )
        if self.id_kind.data != ID_CARD or not number:
            return
        if len(number) != _ID_LENGTH:
            raise ValidationError(f"居民身份证号码应为 18 位，现在是 {len(number)} 位，请核对")
        try:
            mod_11_2.validate(number)
        except NumberError:
            raise ValidationError(
                "第 18 位校验不符。请对照证件逐位核对；证件确实如此的，证件名称改选“其他”"
            ) from None

    @property
    def mode(self) -> ReceiptMode:
        """The way of arrival that is picked; the counter's if what was sent is none."""
        picked = self.receipt_mode.data
        return ReceiptMode(picked) if picked in set(ReceiptMode) else ReceiptMode.COUNTER

    @property
    def chosen_statute(self) -> StatuteCode | None:
        """The regulation a person picked against the receipt day's own, None as a rule."""
        picked = self.statute.data
        return StatuteCode(picked) if picked in set(StatuteCode) else None

    def open_for(self, channel: Channel | None) -> None:
        """Set the form up for one channel: what arrives today is typed today."""
        self.receipt_mode.data = (FIRST_MODE[channel] if channel else ReceiptMode.COUNTER).value
        if self.mode in {ReceiptMode.COUNTER, ReceiptMode.SIGNED_MAIL}:
            self.received_on.data = surroundings.today()
        else:
            self.arrived_on.data = surroundings.today()
        if self.mode is ReceiptMode.COUNTER:
            self.submitted_on.data = surroundings.today()

    def application(self) -> NewApplication:
        """Return what was typed as the service takes it."""
        return NewApplication(
            receipt_mode=self.mode,
            applicant=ApplicantData(
                type=ApplicantType(self.applicant_type.data),
                name=self.name.data or "",
                id_kind=self.id_kind.data or "",
                id_number=self.id_number.data or "",
                phone=self.phone.data or "",
                address=self.address.data or "",
                postcode=self.postcode.data or "",
                email=self.email.data or "",
                contact_name=self.contact_name.data or "",
            ),
            request_text=self.request_text.data or "",
            submitted_on=self.submitted_on.data,
            arrived_on=self.arrived_on.data,
            received_on=self.received_on.data,
            mail_number=self.mail_number.data or "",
            subject=self.subject.data or "",
            provide_form=self.provide_form.data or "",
            obtain_by=self.obtain_by.data or "",
            note=self.note.data or "",
            statute=self.chosen_statute,
            statute_reason=self.statute_reason.data or "",
        )

"""The forms of a ledger's way in: the file, its columns, taking an import back."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from casework.web.fields import PageForm, row_id, short_text


class LedgerForm(PageForm):
    """One file, and the agency its rows belong to where they name none."""

    file: Any = FileField("台账文件", validators=[FileRequired("请选择台账文件")])
    agency_id = SelectField("没有写机关的行归", coerce=row_id, validate_choice=False)


class ColumnsForm(PageForm):
    """The sheet, its header and what every row says; the columns stand beside it, one each."""

    sheet = SelectField("工作表", validate_choice=False)
    header_row = SelectField("表头在", coerce=row_id, validate_choice=False)
    channel = SelectField("申请方式", validate_choice=False)


class UndoForm(PageForm):
    """Why an import is taken back."""

    reason = short_text("撤销的原因", required="请写明撤销的原因")

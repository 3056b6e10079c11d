"""The upload of a ledger."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from casework.web.fields import PageForm


class LedgerForm(PageForm):
    """One file, and the agency its rows belong to where they name none."""

    file: Any = FileField("台账文件", validators=[FileRequired("请选择台账文件")])
    agency_id = SelectField("没有写机关的行归", coerce=int, validate_choice=False)

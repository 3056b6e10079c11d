"""签名证书: what an agency signs its documents with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from wtforms import PasswordField

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission
from casework.domain.time_source import beijing_date
from casework.extensions import db
from casework.services import signing
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class CertificateForm(PageForm):
    """A PKCS#12 file and what opens it."""

    copy = FileField("证书文件（.p12、.pfx）")
    passphrase = PasswordField("证书文件的口令")


@bp.route("/settings/letters/<int:agency_id>/certificate", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCIES)
def certificate(agency_id: int) -> ResponseReturnValue:
    """启用、更换、停用 the certificate one agency's documents are signed with."""
    used = signing.get_certificate(db.session(), surroundings.current_actor(), agency_id)
    form = CertificateForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            desk = surroundings.current_desk()
            if request.form.get("do") == "remove":
                signing.remove_certificate(desk, agency_id)
                flash(f"{used.agency_name}已停用签名证书，以后签发的文书不带电子签名")
            else:
                _install(form, agency_id)
                flash(f"{used.agency_name}已启用签名证书，以后签发的文书都带电子签名")
            return redirect(url_for("documents.certificate", agency_id=agency_id))
    days_left = 0
    if used.certificate is not None:
        days_left = (beijing_date(used.certificate.not_after) - surroundings.today()).days
    page = render_template("documents/certificate.html", form=form, used=used, days_left=days_left)
    return page, status_of(form)


def _install(form: CertificateForm, agency_id: int) -> None:
    if not form.copy.data:
        raise RuleBroken("file_missing", "请选证书文件", field="copy")
    signing.install_certificate(
        surroundings.current_desk(),
        agency_id,
        content=form.copy.data.read(),
        passphrase=form.passphrase.data or "",
    )

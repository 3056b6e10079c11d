"""行政机关: a tree of agencies, with what their letters and numbers need."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.letter_style import HeadStyle, LabelSheet
from casework.domain.number_pattern import STANDARD
from casework.domain.remedies import Standing
from casework.models.base import Base, BigKey, enum_by_value


class Agency(Base):
    """One agency; ``path`` is ``/1/5/12/``, the ids from the root down to itself.

    A subtree is the half-open range ``[path, path with its last '/' raised to '0')``: one index
    range on both databases, and a case never copies it (a reorganisation rewrites agencies only).
    """

    __tablename__ = "agencies"
    __table_args__ = (CheckConstraint("path LIKE '/%/'", name="path_shape"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    path: Mapped[str] = mapped_column(String(255), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    # 案号与文号的机关代字, e.g. 青资公开
    number_prefix: Mapped[str]
    # 发文机关标志, the red head of a letter
    red_head: Mapped[str]
    # What settles the 复议机关 that every reply names, and the court (domain.remedies).
    standing: Mapped[Standing] = mapped_column(
        enum_by_value(Standing, "standing"), default=Standing.DEPARTMENT
    )
    superior_government: Mapped[str] = mapped_column(default="")
    superior_department: Mapped[str] = mapped_column(default="")
    court: Mapped[str] = mapped_column(default="")
    contact_office: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    contact_address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    # How its documents are numbered (domain.number_pattern); words by kind of letter, where they
    # are not the usual ones.
    number_pattern: Mapped[str] = mapped_column(default=STANDARD)
    series_words: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    head_style: Mapped[HeadStyle] = mapped_column(
        enum_by_value(HeadStyle, "head_style"), default=HeadStyle.RED
    )
    # Kinds of letter whose head is another one: kind -> head.
    head_styles: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # The label paper in the printer.
    label_sheet: Mapped[LabelSheet] = mapped_column(
        enum_by_value(LabelSheet, "label_sheet"), default=LabelSheet.TWO_BY_SEVEN
    )
    # Whether issued documents bear a 校验码 with its QR code.
    prints_code: Mapped[bool] = mapped_column(default=True)
    # A one-person office is a recorded exception, never a silent one.
    one_person_reason: Mapped[str] = mapped_column(default="")

    parent: Mapped[Agency | None] = relationship(remote_side="Agency.id")


def subtree_end(path: str) -> str:
    """Return the first path after the subtree of ``path`` ('/' sorts right before '0')."""
    return path[:-1] + "0"

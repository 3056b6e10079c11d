"""未登记完的申请: what a clerk had typed when the power failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base
from casework.models.sealed import SealedText


class UnfinishedRegistration(Base):
    """One person's registration form as it was last seen; it names an applicant, so it is sealed.

    No record of the office: it has no number, leaves no event, and goes when the case is there.
    """

    __tablename__ = "unfinished_registrations"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[str] = mapped_column(SealedText)
    saved_at: Mapped[datetime]

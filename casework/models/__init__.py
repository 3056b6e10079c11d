"""The memory: columns, constraints, relationships; no decisions."""

from casework.models.account import (
    LoginAttempt,
    LoginSession,
    RecoveryCode,
    SecuritySetting,
    User,
    UserRole,
)
from casework.models.agency import Agency
from casework.models.annual import AnnualAdjustment, AnnualLock, HandedReturn
from casework.models.base import Base
from casework.models.calendar import CalendarDay, CalendarVersion
from casework.models.case import Applicant, Case, ClockFact, Relief, Reopening
from casework.models.feed import FeedToken
from casework.models.ledger import LedgerImport, LedgerMapping, LedgerUpload
from casework.models.notice import Notice, NoticeSetting
from casework.models.office import Assignment, CaseLink, ReviewStep
from casework.models.paper import Delivery, Document, Draft, Review
from casework.models.publication import PublicationCase, PublicationTopic
from casework.models.record import AnnualEntry, AuditHead, Event, NumberCounter
from casework.models.restriction import Restriction, RestrictionReader
from casework.models.search import CaseText, SavedView
from casework.models.side import Amendment, Conferral
from casework.models.signing import SigningCertificate
from casework.models.template import TemplateText, TemplateVersion
from casework.models.together import Attachment, Comment, Mention, StandIn
from casework.models.unfinished import UnfinishedRegistration

__all__ = [
    "Agency",
    "Amendment",
    "AnnualAdjustment",
    "AnnualEntry",
    "AnnualLock",
    "Applicant",
    "Assignment",
    "Attachment",
    "AuditHead",
    "Base",
    "CalendarDay",
    "CalendarVersion",
    "Case",
    "CaseLink",
    "CaseText",
    "ClockFact",
    "Comment",
    "Conferral",
    "Delivery",
    "Document",
    "Draft",
    "Event",
    "FeedToken",
    "HandedReturn",
    "LedgerImport",
    "LedgerMapping",
    "LedgerUpload",
    "LoginAttempt",
    "LoginSession",
    "Mention",
    "Notice",
    "NoticeSetting",
    "NumberCounter",
    "PublicationCase",
    "PublicationTopic",
    "RecoveryCode",
    "Relief",
    "Reopening",
    "Restriction",
    "RestrictionReader",
    "Review",
    "ReviewStep",
    "SavedView",
    "SecuritySetting",
    "SigningCertificate",
    "StandIn",
    "TemplateText",
    "TemplateVersion",
    "UnfinishedRegistration",
    "User",
    "UserRole",
]

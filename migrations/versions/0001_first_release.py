"""The tables of the first release: agencies, accounts, cases, papers, records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _year_of(day, year):
    day_column, year_column = sa.column(day), sa.column(year)
    return sa.or_(
        sa.and_(day_column.is_(None), year_column.is_(None)),
        sa.and_(year_column.is_not(None), sa.extract("year", day_column) == year_column),
    )


def upgrade():
    op.create_table(
        "agencies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("number_prefix", sa.Text(), nullable=False),
        sa.Column("red_head", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "department",
                "government",
                "provincial_government",
                "state_council_department",
                "vertical",
                "justice_department",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("superior_government", sa.Text(), nullable=False),
        sa.Column("superior_department", sa.Text(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("contact_office", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("contact_address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("one_person_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("path LIKE '/%/'", name=op.f("ck_agencies_path_shape")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["agencies.id"], name=op.f("fk_agencies_parent_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("code", name=op.f("uq_agencies_code")),
        sa.UniqueConstraint("path", name=op.f("uq_agencies_path")),
    )
    op.create_index(op.f("ix_agencies_parent_id"), "agencies", ["parent_id"], unique=False)
    op.create_table(
        "number_counters",
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_number_counters_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "series", "year", name=op.f("pk_number_counters")),
    )
    op.create_table(
        "users",
        sa.Column("id", KEY, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_users_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_index(op.f("ix_users_agency_id"), "users", ["agency_id"], unique=False)
    op.create_table(
        "annual_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("row", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_annual_entries_not_negative")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_annual_entries_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_annual_entries_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_entries")),
        sa.UniqueConstraint(
            "agency_id",
            "year",
            "form",
            "row",
            name=op.f("uq_annual_entries_agency_id_year_form_row"),
        ),
    )
    op.create_table(
        "ledger_imports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("imported_count", sa.Integer(), nullable=False),
        sa.Column("rejected_count", sa.Integer(), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_ledger_imports_actor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_imports")),
    )
    op.create_index(op.f("ix_ledger_imports_sha256"), "ledger_imports", ["sha256"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_login_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index(op.f("ix_login_sessions_user_id"), "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "user_roles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "handler",
                "legal_reviewer",
                "leader",
                "statistician",
                "system_admin",
                "security_admin",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_roles")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_user_roles_user_id_role")),
    )
    op.create_index(op.f("ix_user_roles_user_id"), "user_roles", ["user_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "awaiting_confirmation",
                "awaiting_assignment",
                "drafting",
                "awaiting_correction",
                "in_review",
                "returned",
                "awaiting_issue",
                "awaiting_dispatch",
                "dispatched",
                "closed",
                "archived",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "in_person",
                "mail",
                "online",
                "fax",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "receipt_mode",
            sa.Enum(
                "counter",
                "signed_mail",
                "ordinary_mail",
                "web_form",
                "email",
                "fax",
                name="receipt_mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "applicant_type",
            sa.Enum(
                "natural_person",
                "company",
                "research",
                "nonprofit",
                "legal_services",
                "other",
                name="applicant_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_year", sa.SmallInteger(), nullable=True),
        sa.Column("mail_number", sa.Text(), nullable=False),
        sa.Column("request_text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("provide_form", sa.Text(), nullable=False),
        sa.Column("obtain_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("handler_id", KEY, nullable=True),
        sa.Column(
            "statute",
            sa.Enum(
                "2007", "2019", name="statute", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("statute_reason", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=64), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_year", sa.SmallInteger(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("fee_yuan", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("made_public", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("office_due_on", sa.Date(), nullable=True),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("import_key", sa.String(length=64), nullable=True),
        sa.Column("import_id", KEY, nullable=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (state NOT IN ('closed', 'archived'))",
            name=op.f("ck_cases_closed_has_a_day"),
        ),
        sa.CheckConstraint(
            "received_on IS NOT NULL OR state IN ('awaiting_confirmation', 'closed', 'archived')",
            name=op.f("ck_cases_unreceived_waits"),
        ),
        sa.CheckConstraint(
            _year_of("closed_on", "closed_year"), name=op.f("ck_cases_closed_year_follows")
        ),
        sa.CheckConstraint(
            "closed_on IS NULL OR ground IS NOT NULL", name=op.f("ck_cases_closed_has_a_ground")
        ),
        sa.CheckConstraint(
            "closed_on IS NULL OR received_on IS NULL OR received_on <= closed_on",
            name=op.f("ck_cases_received_before_closed"),
        ),
        sa.CheckConstraint(
            _year_of("received_on", "received_year"), name=op.f("ck_cases_received_year_follows")
        ),
        sa.CheckConstraint(
            "received_on IS NULL OR submitted_on IS NULL OR submitted_on <= received_on",
            name=op.f("ck_cases_submitted_before_received"),
        ),
        sa.CheckConstraint(
            "replied_on IS NULL OR (received_on IS NOT NULL AND received_on <= replied_on)",
            name=op.f("ck_cases_received_before_replied"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_cases_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["users.id"], name=op.f("fk_cases_handler_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["ledger_imports.id"], name=op.f("fk_cases_import_id_ledger_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("agency_id", "import_key", name=op.f("uq_cases_agency_id_import_key")),
        sa.UniqueConstraint("agency_id", "number", name=op.f("uq_cases_agency_id_number")),
        sa.UniqueConstraint("nonce", name=op.f("uq_cases_nonce")),
    )
    op.create_index(
        "ix_cases_agency_received", "cases", ["agency_id", "received_on", "id"], unique=False
    )
    op.create_index(
        "ix_cases_desk",
        "cases",
        ["agency_id", "office_due_on", "id"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "ix_cases_fee",
        "cases",
        ["closed_year", "agency_id", "fee_yuan"],
        unique=False,
        sqlite_where=sa.text("fee_yuan IS NOT NULL"),
        postgresql_where=sa.text("fee_yuan IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_handler",
        "cases",
        ["handler_id", "office_due_on", "id"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index("ix_cases_received", "cases", ["received_on", "id"], unique=False)
    op.create_index(
        "ix_cases_straddle",
        "cases",
        [
            "agency_id",
            "received_year",
            "closed_year",
            "channel",
            "applicant_type",
            "ground",
            "original_due_on",
            "due_on",
            "replied_on",
            "closed_on",
        ],
        unique=False,
        sqlite_where=sa.text("closed_year IS NULL OR closed_year > received_year"),
        postgresql_where=sa.text("closed_year IS NULL OR closed_year > received_year"),
    )
    op.create_index(
        "ix_cases_year",
        "cases",
        [
            "received_year",
            "agency_id",
            "closed_year",
            "channel",
            "applicant_type",
            "ground",
            "original_due_on",
            "due_on",
            "replied_on",
            "closed_on",
        ],
        unique=False,
    )
    op.create_table(
        "applicants",
        sa.Column("case_id", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_kind", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("id_number_index", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_applicants_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_applicants")),
    )
    op.create_index(
        op.f("ix_applicants_id_number_index"), "applicants", ["id_number_index"], unique=False
    )
    op.create_index(op.f("ix_applicants_name"), "applicants", ["name"], unique=False)
    op.create_index(op.f("ix_applicants_phone_index"), "applicants", ["phone_index"], unique=False)
    op.create_table(
        "clock_facts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_clock_facts_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_facts")),
    )
    op.create_index(op.f("ix_clock_facts_case_id"), "clock_facts", ["case_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "disclosed",
                "partly_disclosed",
                "not_disclosed",
                "unavailable",
                "not_processed",
                "other",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_drafts_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_drafts_case_id_version")),
    )
    op.create_table(
        "events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("agency_id", KEY, nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=True),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_events_actor_id_users")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_events_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_case", "events", ["case_id", "id"], unique=False)
    op.create_index(op.f("ix_events_recorded_at"), "events", ["recorded_at"], unique=False)
    op.create_table(
        "reliefs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "review",
                "direct_suit",
                "suit_after_review",
                name="relief_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "upheld",
                "corrected",
                "other",
                "pending",
                name="relief_result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decided_on IS NULL OR filed_on IS NULL OR filed_on <= decided_on",
            name=op.f("ck_reliefs_filed_before_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_reliefs_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reliefs")),
    )
    op.create_index(op.f("ix_reliefs_case_id"), "reliefs", ["case_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "registration_receipt",
                "correction_request",
                "reasons_request",
                "delay_notice",
                "extension_notice",
                "third_party_consultation",
                "consultation_notice",
                "co_maker_consultation",
                "agency_consultation",
                "third_party_disclosure",
                "fee_notice",
                "reply",
                "termination",
                "delivery_record",
                "record_correction",
                "approval_sheet",
                "secrecy_review",
                "search_record",
                "file_index",
                name="letter_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document_number", sa.String(length=64), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("draft_id", KEY, nullable=True),
        sa.Column("issuer_id", KEY, nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_documents_hash_length")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_documents_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_documents_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["users.id"], name=op.f("fk_documents_issuer_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_case_id"), "documents", ["case_id"], unique=False)
    op.create_index(
        "uq_documents_number", "documents", ["agency_id", "document_number"], unique=True
    )
    op.create_table(
        "reviews",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("one_person_reason", sa.Text(), nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_reviews_draft_id_drafts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["users.id"], name=op.f("fk_reviews_reviewer_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_case_id"), "reviews", ["case_id"], unique=False)
    op.create_index(op.f("ix_reviews_draft_id"), "reviews", ["draft_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "direct",
                "mail",
                "email",
                "online",
                "fax",
                "public_notice",
                name="delivery_method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handed_over_on", sa.Date(), nullable=False),
        sa.Column("mail_number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_deliveries_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_case_id"), "deliveries", ["case_id"], unique=False)
    op.create_index(op.f("ix_deliveries_document_id"), "deliveries", ["document_id"], unique=False)


def downgrade():
    op.drop_index(op.f("ix_deliveries_document_id"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_case_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_reviews_draft_id"), table_name="reviews")
    op.drop_index(op.f("ix_reviews_case_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("uq_documents_number", table_name="documents")
    op.drop_index(op.f("ix_documents_case_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_reliefs_case_id"), table_name="reliefs")
    op.drop_table("reliefs")
    op.drop_index(op.f("ix_events_recorded_at"), table_name="events")
    op.drop_index("ix_events_case", table_name="events")
    op.drop_table("events")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_clock_facts_case_id"), table_name="clock_facts")
    op.drop_table("clock_facts")
    op.drop_index(op.f("ix_applicants_phone_index"), table_name="applicants")
    op.drop_index(op.f("ix_applicants_name"), table_name="applicants")
    op.drop_index(op.f("ix_applicants_id_number_index"), table_name="applicants")
    op.drop_table("applicants")
    op.drop_index("ix_cases_year", table_name="cases")
    op.drop_index(
        "ix_cases_straddle",
        table_name="cases",
        sqlite_where=sa.text("closed_year IS NULL OR closed_year > received_year"),
        postgresql_where=sa.text("closed_year IS NULL OR closed_year > received_year"),
    )
    op.drop_index("ix_cases_received", table_name="cases")
    op.drop_index(
        "ix_cases_handler",
        table_name="cases",
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_index(
        "ix_cases_fee",
        table_name="cases",
        sqlite_where=sa.text("fee_yuan IS NOT NULL"),
        postgresql_where=sa.text("fee_yuan IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_desk",
        table_name="cases",
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_index("ix_cases_agency_received", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_user_roles_user_id"), table_name="user_roles")
    op.drop_table("user_roles")
    op.drop_index(op.f("ix_login_sessions_user_id"), table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index(op.f("ix_ledger_imports_sha256"), table_name="ledger_imports")
    op.drop_table("ledger_imports")
    op.drop_table("annual_entries")
    op.drop_index(op.f("ix_users_agency_id"), table_name="users")
    op.drop_table("users")
    op.drop_table("number_counters")
    op.drop_index(op.f("ix_agencies_parent_id"), table_name="agencies")
    op.drop_table("agencies")

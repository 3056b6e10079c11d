"""Ledgers on their way in, remembered columns, imports that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATUSES = ("open", "reading", "writing", "checked", "imported", "failed")
IMPORTED = sa.text("import_id IS NOT NULL")
HELD = sa.text("content IS NOT NULL")


def _points_to(table, column, other):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade():
    # What was done outlives the case it was done to.
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("fk_events_case_id_cases"), type_="foreignkey")
    with op.batch_alter_table("ledger_imports") as imports:
        imports.add_column(sa.Column("agency_id", KEY, nullable=True))
        imports.add_column(
            sa.Column("unchanged_count", sa.Integer(), nullable=False, server_default="0")
        )
        imports.add_column(sa.Column("undone_by_id", KEY, nullable=True))
        imports.add_column(sa.Column("undone_at", INSTANT, nullable=True))
        imports.add_column(sa.Column("undo_reason", sa.Text(), nullable=False, server_default=""))
        imports.create_foreign_key(
            op.f("fk_ledger_imports_agency_id_agencies"), "agencies", ["agency_id"], ["id"]
        )
        imports.create_foreign_key(
            op.f("fk_ledger_imports_undone_by_id_users"), "users", ["undone_by_id"], ["id"]
        )
        imports.create_check_constraint(
            op.f("ck_ledger_imports_undone_for_a_reason"),
            "(undone_at IS NULL) = (undo_reason = '')",
        )
    op.execute(
        "UPDATE ledger_imports SET agency_id ="
        " (SELECT agency_id FROM users WHERE users.id = ledger_imports.actor_id)"
    )
    op.create_index("ix_ledger_imports_agency", "ledger_imports", ["agency_id", "id"])
    op.create_index(
        "ix_cases_import",
        "cases",
        ["import_id", "id"],
        sqlite_where=IMPORTED,
        postgresql_where=IMPORTED,
    )
    op.create_table(
        "ledger_mappings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        _points_to("ledger_mappings", "agency_id", "agencies"),
        _points_to("ledger_mappings", "actor_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_mappings")),
        sa.UniqueConstraint(
            "agency_id", "fingerprint", name=op.f("uq_ledger_mappings_agency_id_fingerprint")
        ),
    )
    op.create_table(
        "ledger_uploads",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.Column("choice", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                *STATUSES, name="status", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("import_id", KEY, nullable=True),
        sa.Column("uploaded_by_id", KEY, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        _points_to("ledger_uploads", "agency_id", "agencies"),
        _points_to("ledger_uploads", "import_id", "ledger_imports"),
        _points_to("ledger_uploads", "uploaded_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_uploads")),
    )
    op.create_index(op.f("ix_ledger_uploads_uploaded_by_id"), "ledger_uploads", ["uploaded_by_id"])
    op.create_index(
        "ix_ledger_uploads_held",
        "ledger_uploads",
        ["uploaded_at"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def downgrade():
    op.drop_table("ledger_uploads")
    op.drop_table("ledger_mappings")
    op.drop_index("ix_cases_import", table_name="cases")
    op.drop_index("ix_ledger_imports_agency", table_name="ledger_imports")
    with op.batch_alter_table("ledger_imports") as imports:
        imports.drop_constraint(op.f("ck_ledger_imports_undone_for_a_reason"), type_="check")
        imports.drop_constraint(op.f("fk_ledger_imports_undone_by_id_users"), type_="foreignkey")
        imports.drop_constraint(op.f("fk_ledger_imports_agency_id_agencies"), type_="foreignkey")
        for name in ("undo_reason", "undone_at", "undone_by_id", "unchanged_count", "agency_id"):
            imports.drop_column(name)
    # The database refuses where an import was undone: no event may go, and theirs point nowhere.
    with op.batch_alter_table("events") as events:
        events.create_foreign_key(op.f("fk_events_case_id_cases"), "cases", ["case_id"], ["id"])

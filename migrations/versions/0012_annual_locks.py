"""The lock of a year's table and the list of late corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("unlocked_at IS NULL")


def upgrade():
    op.create_table(
        "annual_locks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "closed",
                "confirmed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("table_text", sa.Text(), nullable=False),
        sa.Column("cases_text", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", KEY, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlocked_by_id", KEY, nullable=True),
        sa.Column("unlocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlock_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_annual_locks_confirmed_has_a_time"),
        ),
        sa.CheckConstraint(
            "unlocked_at IS NULL OR unlock_reason <> ''",
            name=op.f("ck_annual_locks_unlocked_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_annual_locks_agency_id_agencies")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_annual_locks_{column}_users")
            )
            for column in ("closed_by_id", "confirmed_by_id", "unlocked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_locks")),
    )
    op.create_index(
        "uq_annual_locks_in_force",
        "annual_locks",
        ["agency_id", "year", "own"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "annual_adjustments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("adjusted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_annual_adjustments_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_annual_adjustments_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_annual_adjustments_actor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_adjustments")),
    )
    op.create_index("ix_annual_adjustments_year", "annual_adjustments", ["agency_id", "year"])


def downgrade():
    op.drop_index("ix_annual_adjustments_year", table_name="annual_adjustments")
    op.drop_table("annual_adjustments")
    op.drop_index("uq_annual_locks_in_force", table_name="annual_locks")
    op.drop_table("annual_locks")

"""Imported versions of the calendar: State Council notices and local days off."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "calendar_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "national",
                "local",
                name="notice_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agency_id", KEY, nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind = 'local' OR agency_id IS NULL",
            name=op.f("ck_calendar_versions_national_holds_for_all"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_calendar_versions_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_calendar_versions_actor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("label", name=op.f("uq_calendar_versions_label")),
        sa.UniqueConstraint("sha256", name=op.f("uq_calendar_versions_sha256")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "off",
                "work",
                name="notice_day_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["calendar_versions.id"],
            name=op.f("fk_calendar_days_version_id_calendar_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "day", name=op.f("pk_calendar_days")),
    )


def downgrade():
    op.drop_table("calendar_days")
    op.drop_table("calendar_versions")

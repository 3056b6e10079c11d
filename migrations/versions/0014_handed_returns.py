"""The tables that units outside the system hand in, version by version."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOT_ENDED = sa.text("ended_at IS NULL")


def upgrade():
    op.create_table(
        "handed_returns",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("covers_below", sa.Boolean(), nullable=False),
        sa.Column("table_text", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ended_at IS NULL OR end_reason <> ''",
            name=op.f("ck_handed_returns_ended_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_handed_returns_agency_id_agencies")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_handed_returns_{column}_users")
            )
            for column in ("actor_id", "ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_returns")),
        sa.UniqueConstraint(
            "agency_id", "year", "version", name=op.f("uq_handed_returns_agency_id_year_version")
        ),
    )
    op.create_index(
        "uq_handed_returns_in_force",
        "handed_returns",
        ["agency_id", "year"],
        unique=True,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )


def downgrade():
    op.drop_index("uq_handed_returns_in_force", table_name="handed_returns")
    op.drop_table("handed_returns")

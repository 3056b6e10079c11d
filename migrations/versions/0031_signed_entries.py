"""本年增/减 of 主动公开 may be less than 0."""

from alembic import op

revision = "0031"
down_revision = "0030"

NAME = "ck_annual_entries_not_negative"


def _allow(rule):
    with op.batch_alter_table("annual_entries") as entries:
        entries.drop_constraint(op.f(NAME), type_="check")
        entries.create_check_constraint(op.f(NAME), rule)


def upgrade():
    _allow("value >= 0 OR \"row\" LIKE 'H%'")


def downgrade():
    op.execute("DELETE FROM annual_entries WHERE value < 0")
    _allow("value >= 0")

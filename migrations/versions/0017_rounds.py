"""A new answer has a period of its own: where it begins, its day, and the facts that belong to it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# What was reopened before is counted from the Beijing day of the reopening.
REOPENED_ON = {
    "sqlite": "date(reopened_at, '+8 hours')",
    "postgresql": "(reopened_at AT TIME ZONE 'Asia/Shanghai')::date",
}

def upgrade():
    op.add_column(
        "clock_facts", sa.Column("round", sa.SmallInteger(), nullable=False, server_default="0")
    )
    op.add_column("reopenings", sa.Column("counts_from", sa.Date(), nullable=True))
    op.add_column("reopenings", sa.Column("replied_on", sa.Date(), nullable=True))
    op.execute(f"UPDATE reopenings SET counts_from = {REOPENED_ON[op.get_bind().dialect.name]}")
    # A new answer was handed over on the day the case is closed by.
    op.execute(
        "UPDATE reopenings SET replied_on = coalesce("
        "(SELECT later.former_closed_on FROM reopenings AS later"
        " WHERE later.case_id = reopenings.case_id AND later.id > reopenings.id"
        " ORDER BY later.id LIMIT 1),"
        " (SELECT cases.closed_on FROM cases WHERE cases.id = reopenings.case_id))"
    )
    with op.batch_alter_table("reopenings") as reopenings:
        reopenings.alter_column("counts_from", existing_type=sa.Date(), nullable=False)


def downgrade():
    with op.batch_alter_table("reopenings") as reopenings:
        reopenings.drop_column("replied_on")
        reopenings.drop_column("counts_from")
    with op.batch_alter_table("clock_facts") as clock_facts:
        clock_facts.drop_column("round")

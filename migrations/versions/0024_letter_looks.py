"""A head for each kind of letter, and which label paper the office uses."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

SHEETS = ("2x7", "3x8")


def upgrade():
    with op.batch_alter_table("agencies") as agencies:
        agencies.add_column(
            sa.Column("head_styles", sa.JSON(), nullable=False, server_default="{}")
        )
        agencies.add_column(
            sa.Column("label_sheet", sa.String(length=32), nullable=False, server_default="2x7")
        )
        agencies.create_check_constraint(
            op.f("ck_agencies_label_sheet"),
            f"label_sheet IN ({', '.join(repr(sheet) for sheet in SHEETS)})",
        )


def downgrade():
    with op.batch_alter_table("agencies") as agencies:
        agencies.drop_constraint(op.f("ck_agencies_label_sheet"), type_="check")
        agencies.drop_column("label_sheet")
        agencies.drop_column("head_styles")

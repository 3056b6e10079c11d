"""Agencies set how their documents are numbered and look; copies are found by their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

STANDARD = "{代字}{类}〔{年}〕{序号}号"
STYLES = ("plain", "red", "letter")


def upgrade():
    with op.batch_alter_table("agencies") as agencies:
        agencies.add_column(
            sa.Column("number_pattern", sa.Text(), nullable=False, server_default=STANDARD)
        )
        agencies.add_column(
            sa.Column("series_words", sa.JSON(), nullable=False, server_default="{}")
        )
        agencies.add_column(
            sa.Column("head_style", sa.String(length=32), nullable=False, server_default="red")
        )
        agencies.add_column(
            sa.Column("prints_code", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        agencies.create_check_constraint(
            op.f("ck_agencies_head_style"),
            f"head_style IN ({', '.join(repr(style) for style in STYLES)})",
        )
    op.create_index(op.f("ix_documents_sha256"), "documents", ["sha256"])


def downgrade():
    op.drop_index(op.f("ix_documents_sha256"), table_name="documents")
    with op.batch_alter_table("agencies") as agencies:
        agencies.drop_constraint(op.f("ck_agencies_head_style"), type_="check")
        for name in ("prints_code", "head_style", "series_words", "number_pattern"):
            agencies.drop_column(name)

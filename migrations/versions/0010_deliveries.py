"""Deliveries are attempts: to whom, where to, who signed, when and why a letter came back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

METHODS = ("direct", "mail", "email", "online", "fax", "public_notice")
TEXTS = ("addressee", "address", "recipient", "return_reason")


def _among(values):
    return f"method IN ({', '.join(repr(value) for value in values)})"


def upgrade():
    with op.batch_alter_table("deliveries") as deliveries:
        for name in TEXTS:
            deliveries.add_column(
                sa.Column(name, sa.Text(), nullable=False, server_default="")
            )
        deliveries.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        deliveries.drop_constraint(op.f("ck_deliveries_delivery_method"), type_="check")
        deliveries.create_check_constraint(
            op.f("ck_deliveries_delivery_method"), _among((*METHODS, "delegated"))
        )
        deliveries.create_check_constraint(
            op.f("ck_deliveries_returned_or_signed"),
            "returned_on IS NULL OR (signed_on IS NULL AND returned_on >= handed_over_on)",
        )


def downgrade():
    op.execute("UPDATE deliveries SET method = 'direct' WHERE method = 'delegated'")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint(op.f("ck_deliveries_returned_or_signed"), type_="check")
        deliveries.drop_constraint(op.f("ck_deliveries_delivery_method"), type_="check")
        deliveries.create_check_constraint(
            op.f("ck_deliveries_delivery_method"), _among(METHODS)
        )
        for name in (*TEXTS, "returned_on"):
            deliveries.drop_column(name)

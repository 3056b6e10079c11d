"""Reviews pass a chain of steps: the chain of each agency, the step and round of each review.

Three roles join for the new steps. What was reviewed before was 法制审核, in its first round.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEPS = ("unit_head", "legal_review", "secrecy", "deputy_leader")
ROLES = (
    "clerk", "handler", "legal_reviewer", "leader", "statistician", "system_admin",
    "security_admin", "auditor",
)  # fmt: skip
NEW_ROLES = ("unit_head", "secrecy_reviewer", "deputy_leader")


def _among(column, values):
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _allow_roles(values):
    with op.batch_alter_table("user_roles") as user_roles:
        user_roles.drop_constraint(op.f("ck_user_roles_role"), type_="check")
        user_roles.create_check_constraint(op.f("ck_user_roles_role"), _among("role", values))


def upgrade():
    op.create_table(
        "review_steps",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_among("kind", STEPS), name=op.f("ck_review_steps_kind")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_review_steps_position_from_one")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_review_steps_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_steps")),
        sa.UniqueConstraint("agency_id", "kind", name=op.f("uq_review_steps_agency_id_kind")),
    )
    op.add_column("cases", sa.Column("review_step", sa.String(length=32), nullable=True))
    op.execute("UPDATE cases SET review_step = 'legal_review' WHERE state = 'in_review'")
    op.add_column(
        "drafts", sa.Column("review_round", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE drafts SET review_round = 1 WHERE submitted_at IS NOT NULL")
    with op.batch_alter_table("reviews") as reviews:
        reviews.add_column(
            sa.Column("review_round", sa.Integer(), nullable=False, server_default="1")
        )
        reviews.add_column(
            sa.Column("step", sa.String(length=32), nullable=False, server_default="legal_review")
        )
        reviews.add_column(
            sa.Column("bypassed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        reviews.create_check_constraint(op.f("ck_reviews_step"), _among("step", STEPS))
    _allow_roles((*ROLES, *NEW_ROLES))


def downgrade():
    op.execute(f"DELETE FROM user_roles WHERE {_among('role', NEW_ROLES)}")  # noqa: S608  constants
    _allow_roles(ROLES)
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_constraint(op.f("ck_reviews_step"), type_="check")
        for name in ("bypassed", "step", "review_round"):
            reviews.drop_column(name)
    with op.batch_alter_table("drafts") as drafts:
        drafts.drop_column("review_round")
    op.drop_column("cases", "review_step")
    op.drop_table("review_steps")

"""A link may say that an application was handed on from one agency to another (转办)."""

from alembic import op

revision = "0026"
down_revision = "0025"

FORMER = (
    "repeats", "repeated_by", "merged_into", "merged_from", "split_from", "split_into", "related",
)  # fmt: skip
NEW = ("handed_to", "handed_from")
CHECK = "ck_case_links_link_kind"


def _among(values):
    return f"kind IN ({', '.join(repr(value) for value in values)})"


def upgrade():
    with op.batch_alter_table("case_links") as links:
        links.drop_constraint(op.f(CHECK), type_="check")
        links.create_check_constraint(op.f(CHECK), _among((*FORMER, *NEW)))


def downgrade():
    op.execute(f"UPDATE case_links SET kind = 'related' WHERE {_among(NEW)}")
    with op.batch_alter_table("case_links") as links:
        links.drop_constraint(op.f(CHECK), type_="check")
        links.create_check_constraint(op.f(CHECK), _among(FORMER))

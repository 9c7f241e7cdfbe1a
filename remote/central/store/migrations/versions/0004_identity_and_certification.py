"""Who stands at a terminal (face, staff, a picture taken there), and the yearly certification of people of 80 and more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_requests",
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("answered_at", sa.String(32)),
        sa.Column("same", sa.Boolean()),
        sa.Column("staff", sa.String(64)),
        sa.Column("reason", sa.Text()),
        sa.Column("cancelled_at", sa.String(32)),
        sa.Column("used_at", sa.String(32)),
        sa.Column("used_for", sa.String(64)),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_table(
        "face_proofs",
        sa.Column("proof_id", sa.String(80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("compared_by", sa.String(8), nullable=False),
        sa.Column("used_for", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("proof_id"),
    )
    op.create_index("ix_face_proofs_person_id", "face_proofs", ["person_id"])
    op.create_table(
        "live_photos",
        sa.Column("photo_ref", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.String(16), nullable=False),
        sa.Column("case_id", sa.String(32)),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("photo_ref"),
    )
    op.create_index("ix_live_photos_person_id", "live_photos", ["person_id"])
    op.create_table(
        "certifications",
        sa.Column("certification_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(16), nullable=False),
        sa.Column("rules_version", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("certification_id"),
    )
    op.create_index("one_certification_per_person_and_period", "certifications", ["person_id", "period"], unique=True)
    op.create_table(
        "home_visits",
        sa.Column("visit_no", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("done_at", sa.String(32)),
        sa.Column("done_by", sa.String(64)),
        sa.Column("words", sa.Text()),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("visit_no"),
    )
    condition = sa.text("done_at IS NULL")
    op.create_index(
        "one_open_home_visit_per_person", "home_visits", ["person_id"], unique=True,
        sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip


def downgrade() -> None:
    raise NotImplementedError("proofs of identity are never dropped; restore the backup")

"""The first tables: acts, contacts, segments and walls, changes, imports, exports, people, doors."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Key
from models.fold import fold
from models.search import create as create_search
from services.permissions import DEFAULT_ROLES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _lasting(*keys: sa.ForeignKeyConstraint) -> Sequence[sa.ForeignKeyConstraint]:
    """Return the foreign keys that SQLite alone checks; see models/base.py."""
    return keys if op.get_bind().dialect.name == "sqlite" else ()


def upgrade() -> None:
    op.create_table(
        "kept",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kept"),
    )
    op.create_table(
        "role",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.CheckConstraint("scope IN ('everyone', 'teams', 'mine')", name="ck_role_scope"),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("name_key", name="uq_role_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filter", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("evaluation", sa.String(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_segment_name_key",
        "segment",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_failure"),
    )
    op.create_table(
        "tag",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_tag_name_key",
        "tag",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "team",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("name_key", name="uq_team_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "wall_set",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wall_set"),
        sa.UniqueConstraint("key", name="uq_wall_set_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_table(
        "role_permission",
        sa.Column("role_id", BigId, autoincrement=False, nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_role_permission_role_id"),
        sa.PrimaryKeyConstraint("role_id", "permission", name="pk_role_permission"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "segment_team",
        sa.Column("segment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("team_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_team_segment_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_segment_team_team_id"),
        sa.PrimaryKeyConstraint("segment_id", "team_id", name="pk_segment_team"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_segment_team_team_id_segment_id", "segment_team", ["team_id", "segment_id"], unique=False
    )

    op.create_table(
        "user",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("role_id", BigId, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.CheckConstraint("theme IN ('light', 'dark')", name="ck_user_theme"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_user_role_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email_key", name="uq_user_email_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "wall_set_segment",
        sa.Column("wall_set_id", BigId, autoincrement=False, nullable=False),
        sa.Column("segment_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_wall_set_segment_segment_id"),
        sa.ForeignKeyConstraint(["wall_set_id"], ["wall_set.id"], name="fk_wall_set_segment_wall_set_id"),
        sa.PrimaryKeyConstraint("wall_set_id", "segment_id", name="pk_wall_set_segment"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_wall_set_segment_segment_id_wall_set_id",
        "wall_set_segment",
        ["segment_id", "wall_set_id"],
        unique=False,
    )

    op.create_table(
        "act",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("segment_id", BigId, nullable=True),
        sa.Column("undo_of_id", BigId, nullable=True),
        sa.Column("undone_by_id", BigId, nullable=True),
        sa.Column("undoable_until", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('edit', 'bulk', 'import', 'undo', 'merge', 'route', 'automation', 'system')",
            name="ck_act_kind",
        ),
        sa.CheckConstraint("state IN ('running', 'done', 'failed', 'cancelled')", name="ck_act_state"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_act_actor_id"),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_act_segment_id"),
        sa.ForeignKeyConstraint(["undo_of_id"], ["act.id"], name="fk_act_undo_of_id"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["act.id"], name="fk_act_undone_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_act"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_act_kind_started_at", "act", ["kind", "started_at"], unique=False)
    op.create_index(
        "ix_act_actor_id",
        "act",
        ["actor_id", "id"],
        unique=False,
        sqlite_where=sa.text("kind IN ('bulk', 'undo')"),
        postgresql_where=sa.text("kind IN ('bulk', 'undo')"),
    )
    op.create_index(
        "ix_act_segment_id",
        "act",
        ["segment_id", "id"],
        unique=False,
        sqlite_where=sa.text("segment_id IS NOT NULL"),
        postgresql_where=sa.text("segment_id IS NOT NULL"),
    )

    op.create_table(
        "bulk",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("command", sa.JSON(), nullable=False),
        sa.Column("filter", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("act_id", BigId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('accepted', 'running', 'done', 'failed', 'cancelled')", name="ck_bulk_state"
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name="fk_bulk_act_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_bulk_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bulk_owner_id_created_at", "bulk", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "denial",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_denial_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_denial"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_denial_user_id_at", "denial", ["user_id", "at"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("filter", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("bytes", BigId, nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_export_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_export_owner_id_created_at", "export", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "notification",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_notification_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notification_user_id_id", "notification", ["user_id", "id"], unique=False)

    op.create_table(
        "repeat",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_repeat_user_id"),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_repeat"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "segment_user",
        sa.Column("segment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_user_segment_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_segment_user_user_id"),
        sa.PrimaryKeyConstraint("segment_id", "user_id", name="pk_segment_user"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_segment_user_user_id_segment_id", "segment_user", ["user_id", "segment_id"], unique=False
    )

    op.create_table(
        "session",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_session_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("hash", name="uq_session_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_user_id", "session", ["user_id"], unique=False)

    op.create_table(
        "team_user",
        sa.Column("team_id", BigId, autoincrement=False, nullable=False),
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_team_user_team_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_team_user_user_id"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_team_user"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_team_user_user_id_team_id", "team_user", ["user_id", "team_id"], unique=False)

    op.create_table(
        "user_preference",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_user_preference_user_id"),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_user_preference"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "token",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_token_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("hash", name="uq_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_token_user_id", "token", ["user_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("first_name_key", Key, nullable=True),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("last_name_key", Key, nullable=True),
        sa.Column("name_key", Key, nullable=True),
        sa.Column("email", Key, nullable=True),
        sa.Column("email_key", Key, nullable=True),
        sa.Column("email_shared", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("phone", Key, nullable=True),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("organization_key", Key, nullable=True),
        sa.Column("country", Key, nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("region_key", Key, nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("city_key", Key, nullable=True),
        sa.Column("postcode", Key, nullable=True),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("street_key", Key, nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("account_number", Key, nullable=True),
        sa.Column("external_id", Key, nullable=True),
        sa.Column("responsible_id", BigId, nullable=True),
        sa.Column("source", Key, nullable=False),
        sa.Column("utm", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("importance", sa.Integer(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("wall_set_id", BigId, server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("created_act_id", BigId, nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("deleted_act_id", BigId, nullable=True),
        sa.Column("merged_into_id", BigId, nullable=True),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["created_act_id"], ["act.id"], name="fk_contact_created_act_id"),
        sa.ForeignKeyConstraint(["deleted_act_id"], ["act.id"], name="fk_contact_deleted_act_id"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["contact.id"], name="fk_contact_merged_into_id"),
        sa.ForeignKeyConstraint(["responsible_id"], ["user.id"], name="fk_contact_responsible_id"),
        sa.ForeignKeyConstraint(["wall_set_id"], ["wall_set.id"], name="fk_contact_wall_set_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contact_access",
        "contact",
        ["wall_set_id", "responsible_id", "name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_account_number",
        "contact",
        ["account_number", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_changed_at",
        "contact",
        ["changed_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_country",
        "contact",
        ["country", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_created_at",
        "contact",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=["wall_set_id", "responsible_id"],
    )
    op.create_index(
        "ix_contact_deleted_at",
        "contact",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_email_key",
        "contact",
        ["email_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_first_name_key",
        "contact",
        ["first_name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_last_name_key",
        "contact",
        ["last_name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_name_key",
        "contact",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_organization_key",
        "contact",
        ["organization_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_phone",
        "contact",
        ["phone", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_city_key",
        "contact",
        ["city_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_importance",
        "contact",
        ["importance", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_postcode",
        "contact",
        ["postcode", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_region_key",
        "contact",
        ["region_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_responsible_id",
        "contact",
        ["responsible_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_revenue",
        "contact",
        ["revenue", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contact_source",
        "contact",
        ["source", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_contact_email_key",
        "contact",
        ["email_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL AND NOT email_shared"),
        postgresql_where=sa.text("deleted_at IS NULL AND NOT email_shared"),
    )
    op.create_index(
        "uq_contact_external_id",
        "contact",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "import",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("bytes", BigId, nullable=False),
        sa.Column("shape", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("act_id", BigId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'planning', 'planned', 'accepted', 'running', 'done', 'done_with_rejects', 'failed', 'cancelled')",
            name="ck_import_state",
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name="fk_import_act_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_import_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_owner_id_created_at", "import", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "change",
        sa.Column("act_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('created', 'updated', 'deleted', 'restored', 'merged', 'erased')", name="ck_change_kind"
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name="fk_change_act_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_change_contact_id"),
        sa.PrimaryKeyConstraint("act_id", "contact_id", name="pk_change"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_contact_id_act_id", "change", ["contact_id", "act_id"], unique=False)

    op.create_table(
        "contact_point",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_point_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_point"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contact_point_contact_id_kind_position",
        "contact_point",
        ["contact_id", "kind", "position"],
        unique=False,
    )
    op.create_index(
        "ix_contact_point_platform",
        "contact_point",
        ["platform", "contact_id"],
        unique=False,
        sqlite_where=sa.text("platform IS NOT NULL"),
        postgresql_where=sa.text("platform IS NOT NULL"),
    )
    op.create_index("ix_contact_point_kind_key", "contact_point", ["kind", "key", "contact_id"], unique=False)
    op.create_index(
        "uq_contact_point_messenger",
        "contact_point",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'messenger' AND position = 0"),
        postgresql_where=sa.text("kind = 'messenger' AND position = 0"),
    )

    op.create_table(
        "contact_tag",
        sa.Column("tag_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("joined_act_id", BigId, nullable=False),
        *_lasting(
            sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_tag_contact_id"),
            sa.ForeignKeyConstraint(["joined_act_id"], ["act.id"], name="fk_contact_tag_joined_act_id"),
            sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_contact_tag_tag_id"),
        ),
        sa.PrimaryKeyConstraint("tag_id", "contact_id", name="pk_contact_tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_tag_contact_id_tag_id", "contact_tag", ["contact_id", "tag_id"], unique=False)
    op.create_index("ix_contact_tag_joined_act_id", "contact_tag", ["joined_act_id"], unique=False)

    op.create_table(
        "contact_tag_past",
        sa.Column("tag_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("left_act_id", BigId, autoincrement=False, nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("joined_act_id", BigId, nullable=False),
        sa.Column("left_at", Instant(), nullable=False),
        sa.Column("back_act_id", BigId, nullable=True),
        *_lasting(
            sa.ForeignKeyConstraint(["back_act_id"], ["act.id"], name="fk_contact_tag_past_back_act_id"),
            sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_tag_past_contact_id"),
            sa.ForeignKeyConstraint(["joined_act_id"], ["act.id"], name="fk_contact_tag_past_joined_act_id"),
            sa.ForeignKeyConstraint(["left_act_id"], ["act.id"], name="fk_contact_tag_past_left_act_id"),
            sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_contact_tag_past_tag_id"),
        ),
        sa.PrimaryKeyConstraint("tag_id", "contact_id", "left_act_id", name="pk_contact_tag_past"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_tag_past_contact_id", "contact_tag_past", ["contact_id"], unique=False)
    op.create_index("ix_contact_tag_past_left_act_id", "contact_tag_past", ["left_act_id"], unique=False)

    op.create_table(
        "import_mapping",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("existing", sa.JSON(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_import_mapping_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_mapping"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_import_mapping_owner_id_name_key", "import_mapping", ["owner_id", "name_key"], unique=True
    )

    op.create_table(
        "import_row",
        sa.Column("import_id", BigId, autoincrement=False, nullable=False),
        sa.Column("row_no", BigId, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("contact_id", BigId, nullable=True),
        sa.Column("contact_version", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('created', 'updated', 'unchanged', 'skipped', 'rejected')",
            name="ck_import_row_outcome",
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_import_row_contact_id"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_import_row_import_id"),
        sa.PrimaryKeyConstraint("import_id", "row_no", name="pk_import_row"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_row_contact_id", "import_row", ["contact_id"], unique=False)
    op.create_index(
        "ix_import_row_import_id_outcome_row_no",
        "import_row",
        ["import_id", "outcome", "row_no"],
        unique=False,
    )
    op.create_index(
        "ix_import_row_import_id_code_row_no",
        "import_row",
        ["import_id", "code", "row_no"],
        unique=False,
        sqlite_where=sa.text("code IS NOT NULL"),
        postgresql_where=sa.text("code IS NOT NULL"),
    )

    op.create_table(
        "import_undo",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("import_id", BigId, nullable=False),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("act_id", BigId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('accepted', 'running', 'done', 'failed', 'cancelled')", name="ck_import_undo_state"
        ),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name="fk_import_undo_act_id"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_import_undo_import_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_import_undo_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_undo"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_undo_import_id", "import_undo", ["import_id", "id"], unique=False)
    op.create_index(
        "uq_import_undo_going",
        "import_undo",
        ["import_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('accepted', 'running')"),
        postgresql_where=sa.text("state IN ('accepted', 'running')"),
    )

    op.create_table(
        "import_undo_left",
        sa.Column("undo_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("about", BigId, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_import_undo_left_contact_id"),
        sa.ForeignKeyConstraint(["undo_id"], ["import_undo.id"], name="fk_import_undo_left_undo_id"),
        sa.PrimaryKeyConstraint("undo_id", "contact_id", "field", "about", name="pk_import_undo_left"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_undo_left_contact_id", "import_undo_left", ["contact_id"], unique=False)

    op.create_table(
        "opt_out",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_id", BigId, nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("act_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name="fk_opt_out_act_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_opt_out_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opt_out"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_opt_out_channel_contact_id", "opt_out", ["channel", "contact_id"], unique=True)
    op.create_index("uq_opt_out_channel_key", "opt_out", ["channel", "key"], unique=True)

    op.create_table(
        "segment_member",
        sa.Column("segment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("joined_act_id", BigId, nullable=False),
        *_lasting(
            sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_segment_member_contact_id"),
            sa.ForeignKeyConstraint(["joined_act_id"], ["act.id"], name="fk_segment_member_joined_act_id"),
            sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_member_segment_id"),
        ),
        sa.PrimaryKeyConstraint("segment_id", "contact_id", name="pk_segment_member"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_segment_member_contact_id_segment_id",
        "segment_member",
        ["contact_id", "segment_id"],
        unique=False,
    )
    op.create_index("ix_segment_member_joined_act_id", "segment_member", ["joined_act_id"], unique=False)

    op.create_table(
        "segment_past",
        sa.Column("segment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigId, autoincrement=False, nullable=False),
        sa.Column("left_act_id", BigId, autoincrement=False, nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("joined_act_id", BigId, nullable=False),
        sa.Column("left_at", Instant(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("back_act_id", BigId, nullable=True),
        *_lasting(
            sa.ForeignKeyConstraint(["back_act_id"], ["act.id"], name="fk_segment_past_back_act_id"),
            sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_segment_past_contact_id"),
            sa.ForeignKeyConstraint(["joined_act_id"], ["act.id"], name="fk_segment_past_joined_act_id"),
            sa.ForeignKeyConstraint(["left_act_id"], ["act.id"], name="fk_segment_past_left_act_id"),
            sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_past_segment_id"),
        ),
        sa.PrimaryKeyConstraint("segment_id", "contact_id", "left_act_id", name="pk_segment_past"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_segment_past_contact_id", "segment_past", ["contact_id"], unique=False)
    op.create_index("ix_segment_past_left_act_id", "segment_past", ["left_act_id"], unique=False)
    create_search(op.get_bind())
    op.execute("INSERT INTO wall_set (id, key) VALUES (0, '')")
    _seed_roles()


def _seed_roles() -> None:
    role = sa.table("role", sa.column("id"), sa.column("name"), sa.column("name_key"), sa.column("scope"))
    permission = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))
    for number, (name, (scope, permissions)) in enumerate(DEFAULT_ROLES.items(), start=1):
        op.execute(role.insert().values(name=name, name_key=fold(name), scope=scope))
        op.bulk_insert(permission, [{"role_id": number, "permission": one} for one in permissions])

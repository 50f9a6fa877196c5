"""Alembic's door: runs the scripts on the connection that services/migrate.py hands in, in its transaction."""

from alembic import context

import models  # noqa: F401 - registers the tables
from models.base import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()

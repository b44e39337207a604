"""Alembic's entry: runs the migrations on the connection that `dialer.edge.migrate` hands over."""

from __future__ import annotations

from alembic import context

from dialer.edge.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()

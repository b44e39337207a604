"""A usuario in a log gives nothing away."""

from __future__ import annotations

from agents.usuario import Usuario


def test_the_password_hash_is_not_in_the_repr() -> None:
    assert "argon2" not in repr(Usuario("e01", "Ana Díaz", "ejecutivo", "$argon2id$v=19$…"))
    assert "Ana" not in repr(Usuario("e01", "Ana Díaz", "ejecutivo", ""))

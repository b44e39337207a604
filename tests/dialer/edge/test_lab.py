"""The lab's own building: what it says where it cannot work, and what it writes."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from dialer.edge.lab import LabError, LabUnavailable, find_root
from dialer.edge.lab.ports import free_tcp, free_udp, outer_address
from dialer.edge.lab.root import COMPLETE, ensure_root, lab_dir, own_version
from dialer.edge.lab.tree import PRODUCT, fill

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="the private root is for root alone")


def program(folder: Path, name: str, script: str) -> None:
    """Put a program of our own on PATH."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what the test puts there, besides the shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_an_asterisk_of_version_20_or_later_on_path_is_used_as_it_is(path: Path, tmp_path: Path) -> None:
    program(path, "asterisk", "echo 'Asterisk 22.10.1+dfsg-1'")
    root = find_root(tmp_path)
    assert root.directory is None
    assert root.command("asterisk", "-f") == ["asterisk", "-f"]
    assert root.outer("/somewhere/x") == Path("/somewhere/x")


@pytest.mark.parametrize("words", ["Asterisk certified/18.9-cert5", "Asterisk 16.28.0~dfsg", "Asterisk SVN"])
def test_an_older_asterisk_on_path_does_not_count(path: Path, words: str) -> None:
    program(path, "asterisk", f"echo '{words}'")
    assert own_version() < 20


def test_no_asterisk_and_no_debian_says_what_to_install(path: Path, tmp_path: Path) -> None:
    with pytest.raises(LabUnavailable, match=r"no apt-get here: install Asterisk 20 or later"):
        find_root(tmp_path)


@AS_ROOT
def test_a_failed_build_says_what_failed_and_shows_the_last_words(path: Path, tmp_path: Path) -> None:
    program(
        path, "apt-get", 'test "$1" = indextargets && echo "$VERSION bookworm http://mirror.invalid/debian"; exit 0'
    )
    program(path, "apt-config", "exit 0")
    program(path, "mmdebstrap", "echo 'E: the mirror is on the moon'; exit 25")
    os_release = Path("/etc/os-release").read_text()
    release = next(line.partition("=")[2] for line in os_release.splitlines() if line.startswith("VERSION_CODENAME"))
    program(path, "apt-get", f'echo "{release} http://mirror.invalid/debian"')
    with pytest.raises(LabError, match=r"(?s)suite forky .* failed.*on the moon"):
        ensure_root(tmp_path / "root", lambda _words: None)
    assert not (tmp_path / "root").exists()


@AS_ROOT
def test_a_machine_whose_apt_knows_no_mirror_is_told_so(path: Path, tmp_path: Path) -> None:
    program(path, "apt-get", "exit 0")
    program(path, "mmdebstrap", "exit 0")
    with pytest.raises(LabError, match="apt knows no mirror for this machine's release"):
        ensure_root(tmp_path / "root", lambda _words: None)


@AS_ROOT
def test_a_complete_root_is_used_again_and_knows_the_machines_name(path: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / COMPLETE).touch()
    assert ensure_root(root, lambda _words: None) == root
    assert ensure_root(root, lambda _words: None) == root
    lines = (root / "etc/hosts").read_text().splitlines()
    assert [line for line in lines if socket.gethostname() in line.split()] == lines


def test_the_labs_folder_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CINTILLO_LAB_DIR", str(tmp_path))
    assert lab_dir() == tmp_path
    monkeypatch.delenv("CINTILLO_LAB_DIR")
    assert lab_dir() == Path.cwd() / ".lab"


def test_free_ports_are_free_even_and_below_those_of_the_kernel() -> None:
    low = free_udp(8)
    assert low % 2 == 0
    assert low + 8 <= 32_000
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", free_tcp()))


def test_every_name_of_the_labs_files_is_one_that_the_lab_fills_in() -> None:
    ports = {"ami_port", "http_port", "sip_port", "red_sip_port", "rtp_low", "rtp_high"}
    filled = dict.fromkeys({"home", "secret", "agent", "outer", "inner", *ports}, "1")
    for file in (PRODUCT / "lab").rglob("*.conf"):
        words = fill(file.read_text().replace("@names@", ""), filled).replace("${number}@", "")
        assert "@" not in words, file.name


def test_the_product_files_hold_no_password_and_nothing_to_fill_in() -> None:
    for file in PRODUCT.glob("*.conf"):
        live = [line for line in file.read_text().splitlines() if not line.lstrip().startswith(";")]
        assert not [line for line in live if "secret" in line or "password" in line or "@" in line], file.name


def test_the_address_that_the_lab_must_not_advertise_is_one_of_this_machine() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((outer_address(), 0))

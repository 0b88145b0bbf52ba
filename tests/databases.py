"""Database servers on loopback, each in a folder of its own, and a relay that can cut a connection."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PASSWORD = "s3cret/@ word"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _someone() -> dict[str, object]:
    """Whom a server runs as: no server of ours wants to be root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def _folder() -> Iterator[Path]:
    # not pytest's folder, into which nobody but root may look
    with tempfile.TemporaryDirectory(prefix="iomld-db-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "nobody")
        yield Path(name)


def _program(name: str, *folders: str) -> str | None:
    found = [str(each) for folder in folders for each in sorted(Path("/").glob(folder), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*found, os.environ.get("PATH", ""), "/usr/sbin"]))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **_someone())  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _server(command: list[str], port: int, log: Path) -> Iterator[int]:
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/", **_someone())  # type: ignore[call-overload]
        try:
            for _ in range(300):
                assert process.poll() is None, log.read_text()
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            else:
                raise AssertionError(log.read_text())
            yield port
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def postgresql() -> Iterator[int]:
    """PostgreSQL (Debian ``postgresql``) with the user iomld, its password and its database; gives the port."""
    psycopg = pytest.importorskip("psycopg", reason="needs iomld[postgresql]")
    folders = ("usr/lib/postgresql/*/bin",)
    initdb, postgres = _program("initdb", *folders), _program("postgres", *folders)
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL is not installed: Debian postgresql")
    with _folder() as folder:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        _run(
            [initdb, "-D", str(folder / "data"), "-U", "iomld", f"--pwfile={secret}", "-A", "scram-sha-256",
             "-E", "UTF8", "--locale=C", "--no-sync"]
        )  # fmt: skip
        port = free_port()
        options = ["-c", "fsync=off", "-c", f"unix_socket_directories={folder}", "-c", "timezone=Asia/Tokyo"]
        command = [postgres, "-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1", *options]
        with _server(command, port, folder / "log"):
            for _ in range(100):
                with suppress(psycopg.OperationalError):
                    given = {"host": "127.0.0.1", "port": port, "user": "iomld", "password": PASSWORD}
                    with psycopg.connect(dbname="postgres", autocommit=True, **given) as connection:
                        connection.execute("CREATE DATABASE people")
                        break
                time.sleep(0.05)
            yield port


@contextmanager
def mariadb(*options: str) -> Iterator[int]:
    """MariaDB (Debian ``mariadb-server``) with the user iomld, its password and its database; gives the port."""
    pymysql = pytest.importorskip("pymysql", reason="needs iomld[mysql]")
    install, server = _program("mariadb-install-db"), _program("mariadbd")
    if install is None or server is None:
        pytest.skip("MariaDB is not installed: Debian mariadb-server")
    with _folder() as folder:
        data = folder / "data"
        _run(
            [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
             "--skip-test-db", "--skip-name-resolve"]
        )  # fmt: skip
        port = free_port()
        command = [
            server, "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={folder}/socket", f"--pid-file={folder}/pid", "--skip-name-resolve",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", *options,
        ]  # fmt: skip
        with _server(command, port, folder / "log"):
            given = {"host": "127.0.0.1", "port": port, "user": "root"}
            with pymysql.connect(**given) as connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE people CHARACTER SET utf8mb4")
                cursor.execute("CREATE USER iomld@'127.0.0.1' IDENTIFIED BY %s", [PASSWORD])
                cursor.execute("GRANT ALL ON people.* TO iomld@'127.0.0.1'")
            yield port


@contextmanager
def relay(port: int, size: int) -> Iterator[int]:
    """Hand on what clients and a server say; after ``size`` bytes of the server's, hang up. Gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends: list[socket.socket] = [listener]

    def hand_on(source: socket.socket, target: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while part := source.recv(4096):
                if left is not None and len(part) > left:
                    break
                target.sendall(part)
                left = None if left is None else left - len(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                ends.extend((client, server))
                threading.Thread(target=hand_on, args=(client, server, None), daemon=True).start()
                threading.Thread(target=hand_on, args=(server, client, size), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        for end in ends:
            end.close()

"""Starting Spark: what must be there, the settings that a plan relies on, and a limit on waiting."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomld.errors import OutsideError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["spark_failures", "start_spark"]

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a bad cast is an error, never NULL unasked
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.variable.substitute": "false",  # else ${…} in a constant is taken for a variable, and vanishes
    "spark.sql.caseSensitive": "true",
    "spark.ui.showConsoleProgress": "false",
}


def start_spark(
    master: str | None = None, *, memory: str | None = None, patience: float = 60, settings: Mapping[str, str] = {}
) -> SparkSession:
    """Start Spark, or take the session that ``spark-submit`` or a notebook has started already.

    :param master: ``local[*]``, ``spark://host:7077`` and others; by default what Spark is configured with, else all
        cores of this machine
    :param memory: of the driver, such as ``4000000000B``; counts only where Spark is started here
    :param patience: seconds that a cluster has to answer, and to give a first worker
    :param settings: settings of Spark's own, before those that a plan relies on
    :raises OutsideError: ``engine-missing``, ``engine-java``, ``engine-unreachable``, ``engine-failed``
    """
    # whichever pandas there is, we do not use Spark's ways to it
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        raise OutsideError(
            "engine-missing",
            "the engine spark is not part of this installation",
            hint="pip install 'iomld[spark]', or run with --engine duckdb",
        ) from None
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ or SparkContext._active_spark_context is not None
    if not submitted:
        _find_java()
        for host, port in _hosts(master):
            _reach(host, port, patience)
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # tells every error that we catch
    conf = SparkConf(loadDefaults=submitted)
    own = {} if submitted else _own_settings(master, memory)
    for key, value in {**own, **settings, **_SETTINGS}.items():
        conf.set(key, value)
    with spark_failures():
        session = SparkSession.builder.config(conf=conf).appName("iomld").getOrCreate()
        if not str(session.conf.get("spark.master")).startswith("local"):
            _await_worker(session, patience)
    return session


def _own_settings(master: str | None, memory: str | None) -> dict[str, str]:
    """The settings of a Spark that is started here."""
    quiet = Path(__file__).with_name("log4j2.properties").as_uri()
    found = {
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(Path(os.environ.get("TMPDIR", "/tmp")) / "iomld-warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
    }
    if master is not None or not _configured():
        found["spark.master"] = master or "local[*]"
    if found.get("spark.master", "").startswith("local"):
        found["spark.driver.bindAddress"] = found["spark.driver.host"] = "127.0.0.1"
    if memory is not None:
        found["spark.driver.memory"] = f"{int(memory.removesuffix('B')) // 2**20}m"
    return found


def _configured() -> bool:
    """Whether Spark's own configuration names a master."""
    for folder in (os.environ.get("SPARK_CONF_DIR"), os.path.join(os.environ.get("SPARK_HOME", ""), "conf")):
        defaults = Path(folder or "") / "spark-defaults.conf"
        if folder and defaults.is_file() and "spark.master" in defaults.read_text(encoding="utf-8"):
            return True
    return False


def _find_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else None
    if not (java.is_file() if java else shutil.which("java")):
        what = f"JAVA_HOME names {home}, where there is none" if home else "there is no Java on this machine"
        raise OutsideError(
            "engine-java",
            f"Spark needs Java, and {what}",
            hint="install Java 17 or 21 (Debian: default-jre-headless), or run with --engine duckdb",
        )


def _hosts(master: str | None) -> Iterator[tuple[str, int]]:
    """The hosts of a standalone cluster."""
    if master is None or not master.startswith("spark://"):
        return
    for each in master.removeprefix("spark://").split(","):
        host, _, port = each.rpartition(":")
        if not host or not port.isdigit():
            raise OutsideError("engine-unreachable", f"“{master}” names no host and port", hint="spark://host:7077")
        yield host, int(port)


def _reach(host: str, port: int, patience: float) -> None:
    try:
        socket.create_connection((host, port), timeout=patience).close()
    except OSError as error:
        raise OutsideError(
            "engine-unreachable",
            f"the master at {host}:{port} does not answer: {error}",
            hint="see that it is running, and that this machine may reach it",
        ) from None


def _await_worker(session: SparkSession, patience: float) -> None:
    """Wait until a worker has given an executor; without one, a query would wait for ever."""
    context: Any = session.sparkContext._jsc.sc()
    end = time.monotonic() + patience
    while context.getExecutorMemoryStatus().size() < 2:  # the driver is one of them
        if time.monotonic() > end:
            session.stop()
            raise OutsideError(
                "engine-unreachable",
                f"the cluster gave no worker within {patience:g} seconds",
                hint="see that workers are registered, with the memory and cores that are asked for",
            )
        time.sleep(0.2)


@contextmanager
def spark_failures() -> Iterator[None]:
    """Turn Spark's errors into ours.

    :raises OutsideError: ``engine-failed``
    """
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:  # the last where Java itself is gone
        cause = getattr(error, "java_exception", None)
        told = str(cause.getMessage() if cause is not None else error).strip() or type(error).__name__
        raise OutsideError(
            "engine-failed", f"Spark gave up: {told.splitlines()[0]}", hint="Spark's own log says more"
        ) from error

"""One Spark for all tests, on this machine; tests skip, with the reason, where it or Java is not installed."""

from __future__ import annotations

import functools
import shutil
from typing import TYPE_CHECKING

import pytest

from iomld.engine.session import start_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["needs_spark", "small_spark"]

# Queries over a few rows: compiling them, and planning them anew while they run, would take longer than running them.
_SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "2g",
    "spark.driver.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def needs_spark() -> None:
    """Skip where Spark cannot start."""
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install 'iomld[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: Debian's default-jre-headless")


@functools.cache
def _started() -> SparkSession:
    return start_spark("local[2]", settings=_SMALL)


def small_spark() -> SparkSession:
    """The session, made when first asked for."""
    needs_spark()
    return _started()

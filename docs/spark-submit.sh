#!/bin/sh
# Run a mapping on a Spark cluster by spark-submit:
#
#     sh docs/spark-submit.sh MASTER MAPPING OUTPUT [OPTION OF SPARK-SUBMIT …]
#     sh docs/spark-submit.sh spark://host:7077 /shared/people.yml /shared/people.nq --executor-memory 8g
#
# spark-submit is that of the cluster, or the one that 'pip install iomld[spark]' brings. Only the machine that this is
# run on needs iomld: the workers run Spark's own functions, no Python.
set -eu
master=$1 mapping=$2 output=$3
shift 3
python=${PYSPARK_PYTHON:-python3}
program=$("$python" -c 'import importlib.util; print(importlib.util.find_spec("iomld.__main__").origin)')
PYSPARK_PYTHON=$python exec spark-submit --master "$master" --name iomld "$@" \
    "$program" map "$mapping" --engine spark --sorted -o "$output"

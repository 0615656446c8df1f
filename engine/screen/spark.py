"""Spark: a session of this process, or one with a cluster's master; the relations are views of the staged files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from engine.screen.warehouse import TOO_LARGE, Row, Warehouse
from rules.sql.relation import RELATIONS
from terms.error import BadInput

LOCAL_SHUFFLES = 8
FEW = 20_000
"""Up to how many people a session of this machine is tuned to answer soon: most of its time then goes into planning."""


class Spark(Warehouse):
    """Holds a Spark session."""

    dialect = "spark"

    def __init__(self, session: SparkSession) -> None:
        self.session = session

    def load(self, folder: Path) -> None:
        for name, columns in RELATIONS.items():
            schema = ", ".join(
                f"{one} {'STRING' if kind == 'TEXT' else kind}" for one, kind in columns.items()
            )
            held = self.session.read.csv(
                str(folder / f"{name}.csv"),
                schema=schema,
                header=True,
                nullValue="\\N",
                emptyValue="",
                escape='"',
                multiLine=True,
            )
            held.createOrReplaceTempView(name)

    def rows(self, text: str, params: Mapping[str, str]) -> Iterator[Row]:
        try:
            yield from (tuple(one) for one in self.session.sql(text, args=dict(params)).toLocalIterator())
        except PySparkException as error:
            if error.getSqlState() == "22003":
                raise BadInput(TOO_LARGE) from None
            raise

    def narrow(self, people: Sequence[str]) -> None:
        chosen = self.session.createDataFrame([(one,) for one in people], "person STRING")
        narrowed = self.session.table("candidate").join(chosen, "person", "left_semi")
        narrowed.createOrReplaceTempView("candidate")


@contextmanager
def spark(
    master: str, more: Mapping[str, str] = MappingProxyType({}), people: int = FEW + 1
) -> Iterator[Spark]:
    """Yields a Spark session on a master for so many people, with `more` settings of Spark's own.

    Raises BadInput where Java is missing or the master is out of reach.
    """
    if shutil.which("java") is None:
        raise BadInput(
            "Spark needs Java 17 or newer; install one (on Debian and Ubuntu: apt-get install default-jre-headless)."
        )
    made = SparkSession.builder.master(master).appName("rung screen")
    for key, value in {**settings(master, people), **more}.items():
        made = made.config(key, value)
    try:
        session = made.getOrCreate()
    except (PySparkException, Exception) as error:  # noqa: BLE001  # py4j raises its own kinds
        raise BadInput(f"Spark at {master} cannot be reached: {str(error).splitlines()[0]}") from None
    session.sparkContext.setLogLevel("OFF")
    try:
        yield Spark(session)
    finally:
        session.stop()


def settings(master: str, people: int) -> dict[str, str]:
    """Returns what a session is started with: overflow is refused, and on this machine nothing listens outside.

    A driver that only plans compiles its own code lightly; so does one that also answers, for few people, and then it
    makes no code for the statement either: that costs more than it saves before some ten thousand rows.
    """
    held = {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC"}
    local = master.startswith("local")
    if not local or people <= FEW:
        held["spark.driver.extraJavaOptions"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    if local:
        held |= {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(LOCAL_SHUFFLES),
        }
        if people <= FEW:
            held |= {
                "spark.sql.shuffle.partitions": "1",
                "spark.sql.adaptive.enabled": "false",
                "spark.sql.codegen.wholeStage": "false",
                "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            }
    return held

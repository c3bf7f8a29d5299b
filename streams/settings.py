"""The settings of a worker and its commands, from the environment: XUNCHA_KAFKA, XUNCHA_PREFIX and so on."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.topics import Topics


class Settings(BaseSettings):
    """Each field is the environment variable XUNCHA_ + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="XUNCHA_", frozen=True, extra="ignore")

    kafka: str = Field(default="127.0.0.1:9092", description="bootstrap servers")
    prefix: str = Field(default="xuncha", description="first part of every topic's name")
    partitions: int = Field(default=4, ge=1, description="of the keyed topics; fixed at creation")
    replication: int = Field(default=1, ge=1, description="copies of each partition; 3 on a cluster")
    pack: str = Field(default="cn-2019", description="the rule pack to judge under")
    packs: tuple[Path, ...] = Field(default=(), description="folders with rule packs of one's own")
    group: str = Field(default="xuncha", description="the consumer group that shares the partitions")
    instance: str = Field(default="", description="static membership: a name that outlives restarts of this worker")
    lateness_seconds: float = Field(default=0.0, ge=0, description="how long observations may be under way")
    future_seconds: float = Field(default=60.0, ge=0, description="how far ahead an observer's clock may be")
    tick_seconds: float = Field(default=0.5, ge=0, description="how often time is sent into the log; 0: by others")
    live: bool = Field(default=True, description="false: event time only, as when a past quarter is played")
    http_port: int = Field(default=0, ge=0, le=65535, description="/metrics, /live and /ready; 0: a free port")
    http_host: str = Field(default="127.0.0.1", description="the address on which it listens")
    session_seconds: float = Field(
        default=10.0, gt=0, description="a worker that the broker has not heard of for so long is given up"
    )
    recovery_seconds: float = Field(
        default=90.0, gt=0, description="a recovery or a rebalance that stands still so long has failed"
    )
    largest_record: int = Field(default=1024 * 1024, gt=0, description="bytes; larger records are dead-lettered")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL")
    log_file: Path | None = Field(default=None, description="where a worker's log goes; standard error if left out")
    data: Path = Field(default=Path("xuncha-data"), description="where the embedded mode keeps its journal")
    archive: Path = Field(default=Path("xuncha-archive"), description="where `xuncha archive` keeps observations")
    archive_seconds: float = Field(
        default=300.0, gt=0, description="how long an observation may wait until it is written to the archive"
    )

    @property
    def topics(self) -> Topics:
        """The topics of this installation."""
        return Topics(self.prefix, self.partitions, self.replication)

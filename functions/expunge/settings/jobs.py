"""Time, memory and attempts of a job."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic


class JobSettings(Topic):
    job_lease_seconds: int = Field(
        15,
        ge=1,
        le=900,
        description="Seconds without a heartbeat of a job's worker before another worker takes the "
        "job over.",
    )
    job_timeout_seconds: int = Field(
        900,
        ge=1,
        le=86_400,
        description="Seconds that a job may run before it fails. A worker that hangs in it is "
        "replaced. On AWS, a job that may take longer than this within a request is queued.",
    )
    job_part_seconds: int = Field(
        120,
        ge=10,
        le=400,
        description="How long a part of a job on a long video may take, by an estimate of its CPU "
        "time. A longer video is worked on in parts, each by any free worker: shorter parts use "
        "more workers at once and lose less when one of them dies; each also costs some work of "
        "its own.",
    )
    job_memory_mb: int = Field(
        1024,
        ge=256,
        description="How much memory a job may use. An image that is estimated to need more is "
        "refused before it is decoded, with the size that fits, or on AWS queued as a large job. "
        "The embedded server also has the system hold a job to it (Linux): one that takes 512 MB "
        "more than this fails alone.",
    )
    memory_mb: int | None = Field(
        None,
        ge=256,
        description="How much memory all jobs of one machine may use at once, in every process of "
        "the embedded server. Default: 60 % of what the machine or its control group has.",
    )
    job_attempts: int = Field(
        3, ge=1, le=10, description="Number of times a job is started before it fails."
    )

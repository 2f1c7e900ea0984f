from typing import Literal

MetadataJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

METADATA_JOB_VIEW_STATUS_VALUES: set[MetadataJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_metadata_job_view_status(value: str) -> MetadataJobViewStatus:
    if value in METADATA_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {METADATA_JOB_VIEW_STATUS_VALUES!r}")

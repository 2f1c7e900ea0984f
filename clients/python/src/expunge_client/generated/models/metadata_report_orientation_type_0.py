from typing import Literal

MetadataReportOrientationType0 = Literal[1, 2, 3, 4, 5, 6, 7, 8]

METADATA_REPORT_ORIENTATION_TYPE_0_VALUES: set[MetadataReportOrientationType0] = {1, 2, 3, 4, 5, 6, 7, 8}


def check_metadata_report_orientation_type_0(value: int) -> MetadataReportOrientationType0:
    if value in METADATA_REPORT_ORIENTATION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {METADATA_REPORT_ORIENTATION_TYPE_0_VALUES!r}")

from typing import Literal

ResynthesisReportMethod = Literal["classical", "model"]

RESYNTHESIS_REPORT_METHOD_VALUES: set[ResynthesisReportMethod] = {"classical", "model"}


def check_resynthesis_report_method(value: str) -> ResynthesisReportMethod:
    if value in RESYNTHESIS_REPORT_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESYNTHESIS_REPORT_METHOD_VALUES!r}")

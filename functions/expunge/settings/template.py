"""What a stack on AWS takes no parameter for."""

from __future__ import annotations

NOT_IN_TEMPLATE = {
    "marks_dir": "a function's marks lie in the package; add yours there",
    "max_file_mb": "the platform sets the limit of a stack",
    "max_video_mb": "the temporary storage of a function sets the limit of a stack",
    "data": "the stores of a stack are DynamoDB and S3",
    "data_max_mb": "the stores of a stack are DynamoDB and S3",
    "data_free_mb": "the stores of a stack are DynamoDB and S3",
    "hosts": "API Gateway and CloudFront accept only their own host names",
    "fetch_allow": "a stack is public, and the private network of a function is its runtime's",
    "fetch_allow_while_public": "only with EXPUNGE_FETCH_ALLOW",
    "log_level": "the template sets POWERTOOLS_LOG_LEVEL",
    "log_format": "Powertools writes JSON",
    "metrics": "CloudWatch has the metrics of a stack",
    "metrics_token": "CloudWatch has the metrics of a stack",
    "quotas": "only a private installation lifts its limits; `limits` raises single ones",
    "admin_username": "the default suffices if the password is a secret",
    "admin_session_seconds": "the default suffices",
    "trusted_proxies": "CloudFront sends the viewer's IP address in headers that no caller can set",
    "openid_issuer": "the default is the provider that the template has parameters for",
    "stripe_api_url": "for tests",
    "job_part_seconds": "the default suits the timeout of MediaFunction",
    "job_memory_mb": "the default suits the functions; large jobs have a function of their own",
    "memory_mb": "a function runs one job at a time, in memory of its own",
    "job_attempts": "the default suits the redrive policy of the queue",
}
"""Settings that template.yaml does not pass to any function, and why."""

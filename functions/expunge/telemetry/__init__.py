"""What operators see: metrics for Prometheus, and traces for OpenTelemetry.

Both are off unless the operator turns them on, and their libraries are imported only then. No
label or attribute holds a URL, a file name, an e-mail address, a key or an IP address.
"""

"""Neural networks as files: read and written, made smaller, run within the CPU that is there."""

"""Videos, through PyAV."""

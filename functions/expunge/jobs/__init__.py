"""A job's life: submitted, run, cancelled, expired. Only this room changes a job's state."""

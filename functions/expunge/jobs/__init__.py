"""The job engine: submit, run, cancel, delete. Only this package changes the state of a job."""

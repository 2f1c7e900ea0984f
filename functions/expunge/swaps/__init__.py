"""What face swaps need beside a job: their price, terms, safety checks and registers."""

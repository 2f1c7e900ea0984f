"""What a face swap is checked for, and known again by."""

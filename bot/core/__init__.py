"""What every room and every platform speaks."""

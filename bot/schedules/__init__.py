"""What is posted when."""

"""What a form showed, and what somebody else has changed since."""

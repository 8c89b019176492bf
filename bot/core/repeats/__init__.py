"""What a repeated event gets: the first answer to it, with its way back."""

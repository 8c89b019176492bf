"""Rows of questions, answers and rounds."""

"""Benchmarks, each beside the machine's own maximum in the same run.

Ratios are comparable between machines, absolute figures are not.
"""

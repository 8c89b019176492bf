"""The parts of the product that a team can turn off, and what is out of sight then."""

"""The core: all of Ahabot's features, independent of any chat platform."""

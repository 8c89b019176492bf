"""The core: everything Ahabot does, on no platform in particular."""

"""Installing the app in one workspace or many, and its tokens."""

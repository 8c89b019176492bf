"""The HTTP routes and the websocket of the chat page."""

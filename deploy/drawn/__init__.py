"""Local drawings of what Ahabot sent to Slack and Discord, for the docs and for looking at.

They are drawn from the JSON of the messages and forms, and every picture says that it is a drawing. What a drawer does
not know becomes a red box, so that nothing goes missing unseen.
"""

"""The Slack adapter, built on slack-bolt.

It handles events, commands, buttons, forms, shortcuts and the App Home, over Socket Mode
or HTTP.
"""

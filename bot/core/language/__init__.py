"""The languages that the bot speaks: sentences from gettext catalogs, dates, numbers and lists by Babel."""

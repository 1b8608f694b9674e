"""Use cases: plain functions in one transaction, from a visit to a result; nothing here knows Telegram."""

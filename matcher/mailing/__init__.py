"""Mails: what they say, how they are made, and the outbox that sends each of them once."""

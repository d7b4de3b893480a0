"""Votes of confidence: who is voted on, who votes, what is due, and what came of it."""

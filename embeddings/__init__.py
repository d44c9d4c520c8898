"""Retrieval: documents in, verbatim quotes out.

Knows no Telegram, no asyncio and no environment variables.
"""

"""The tests of Alıntı, and the fake Telegram server that the end-to-end ones talk to."""

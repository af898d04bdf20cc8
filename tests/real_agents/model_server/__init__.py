"""A scripted model server on 127.0.0.1: what a provider's API says, without a model.

`move.py` says what the model does, `scenarios.py` names such behaviours, one module per API (`anthropic_messages.py`)
puts them into that API's words, `server.py` is HTTP, the record of all requests, and time.
Run it as `python3 -m model_server` (see `__main__.py`), talk to it with `client.py`. Standard library only.
"""

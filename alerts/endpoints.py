"""What an endpoint is called in records and logs, where its URL must not stand whole."""

import hashlib
from urllib.parse import urlsplit

from schemas.registry import Endpoint

_DIGITS = 12


def endpoint_id(endpoint: Endpoint) -> str:
    """A short hash of its URL: an endpoint that moved is another one, which has been told nothing yet."""
    return hashlib.sha256(endpoint.url.encode()).hexdigest()[:_DIGITS]


def shown_url(endpoint: Endpoint) -> str:
    """Its URL without user, password, query and fragment, where people put their tokens."""
    try:
        parts = urlsplit(endpoint.url)
    except ValueError:  # such as a bracket that never closes
        return "malformed URL"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

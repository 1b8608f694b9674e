"""Which addresses Telegram can send updates to; what it would refuse is refused here, with the reason."""

import ipaddress
import re
from urllib.parse import urlsplit

TELEGRAM = "https://api.telegram.org"
# What the process answers itself, beside the webhook.
HEALTH, READINESS, METRICS = "/healthz", "/readyz", "/metrics"

_PORTS = frozenset((None, 443, 80, 88, 8443))
_PATH = re.compile(r"[A-Za-z0-9._~/-]*")


def check_webhook(url: str, *, telegrams_own: bool) -> None:
    """Raise ValueError with the reason why an address cannot be a webhook's.

    Telegram's own servers want https and one of four ports; a Bot API server of one's own, or a double, does not.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be a URL such as https://bot.example.org/telegram, without a user, a query or a #")
    if parts.scheme != "https" and not (parts.scheme == "http" and (not telegrams_own or _is_loopback(host))):
        raise ValueError("must begin with https://; Telegram sends updates to nothing else")
    if telegrams_own and parts.scheme == "https" and port not in _PORTS:
        raise ValueError("must have one of the ports Telegram sends updates to: 443, 80, 88 or 8443")
    if not _PATH.fullmatch(parts.path) or parts.path in {HEALTH, READINESS, METRICS}:
        raise ValueError("must have a path of letters, digits and . _ ~ / - other than /healthz, /readyz and /metrics")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

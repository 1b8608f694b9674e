"""One sending budget for the token, whichever process sends; PostgreSQL only."""

from sqlalchemy import Connection, text

_reserve = text(
    "INSERT INTO send_budget (id, spent_until) VALUES (1, clock_timestamp() + :span * interval '1 second') "
    "ON CONFLICT (id) DO UPDATE SET "
    "spent_until = GREATEST(send_budget.spent_until, clock_timestamp()) + :span * interval '1 second' "
    "RETURNING GREATEST(0, EXTRACT(EPOCH FROM spent_until - clock_timestamp()) - :span)"
)


def reserve(connection: Connection, span: float) -> float:
    """Reserve so many seconds of sending, and return in how many seconds they begin, by the database's clock."""
    return float(connection.execute(_reserve, {"span": span}).scalar_one())

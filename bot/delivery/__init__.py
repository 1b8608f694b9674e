"""From an update to a reply, losing nothing: transport, receiver, lanes, the one composition, and the sender."""

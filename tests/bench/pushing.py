"""Updates pushed to a webhook as Telegram does: over a few kept-alive connections, again until they are taken."""

import asyncio
from urllib.parse import urlsplit

AGAIN_SECONDS = 0.2


class Pusher:
    """Posts each update with the secret; one that is not answered with 2xx is posted again after a moment."""

    def __init__(self, url: str, secret: str, connections: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._workers = [asyncio.create_task(self._work()) for _ in range(connections)]

    def push(self, update: bytes) -> None:
        """Put an update in the queue."""
        self._waiting.put_nowait(update)

    def stop(self) -> None:
        """End all connections; what is not delivered is gone."""
        for worker in self._workers:
            worker.cancel()

    async def _work(self) -> None:
        update = b""
        while True:
            try:
                reader, writer = await asyncio.open_connection(self._host, self._port)
                try:
                    while True:
                        update = update or await self._waiting.get()
                        if not await self._taken(reader, writer, update):
                            await asyncio.sleep(AGAIN_SECONDS)
                            continue
                        update = b""
                finally:
                    writer.close()
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, update: bytes) -> bool:
        writer.write(self._head + b"%d\r\n\r\n%s" % (len(update), update))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ),
            0,
        )
        await reader.readexactly(length)
        return head.split(b" ", 2)[1].startswith(b"2")

"""Answers like a KV v2 mount that is some way off, and counts what it is asked.

Every path has two versions, with a user name and a password. Whoever logs in gets a token. Prints its
port; a GET of /count prints how many questions there were and starts anew.

    slow.py MILLISECONDS [BYTES OF A PASSWORD]
"""

import asyncio
import json
import sys

DELAY = float(sys.argv[1]) / 1000
LENGTH = int(sys.argv[2]) if len(sys.argv) > 2 else 24
MOUNT = "/v1/kvv2/"
asked = 0


def metadata():
    return {"created_time": "2026-10-02T09:00:00Z", "deletion_time": "", "destroyed": False, "version": 2, "custom_metadata": None}


def answer(path):
    if path.startswith(MOUNT + "subkeys/"):
        return 200, {"data": {"subkeys": {"password": None, "username": None}, "metadata": metadata()}}
    if path.startswith(MOUNT + "data/"):
        name = path.rsplit("/", 1)[1]
        data = {"password": f"s3cr3t-{name}-".ljust(LENGTH, "x"), "username": f"user-{name}"}
        return 200, {"data": {"data": data, "metadata": metadata()}}
    if path == "/v1/auth/approle/login":
        token = {"client_token": "hvs.bench", "accessor": "a", "lease_duration": 3600, "renewable": True, "token_type": "service"}
        return 200, {"auth": {**token, "policies": ["default"], "token_policies": ["default"], "metadata": {}, "entity_id": "e"}}
    if path.startswith("/v1/sys/internal/ui/mounts/kvv2"):
        return 200, {"data": {"path": "kvv2/", "type": "kv", "options": {"version": "2"}}}
    if path == "/v1/auth/token/lookup-self":
        return 200, {"data": {"id": "hvs.bench", "ttl": 3600, "policies": ["default"]}}
    if path == "/v1/auth/token/revoke-self":
        return 204, None
    return 404, {"errors": []}


def text(status, body):
    body = b"" if body is None else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One request after the other; a streams API would be slower than what it is to measure."""

    def connection_made(self, transport):
        self.transport, self.read = transport, b""

    def data_received(self, data):
        self.read += data
        while (end := self.read.find(b"\r\n\r\n")) >= 0:
            head = self.read[:end].decode().lower()
            length = head.partition("\r\ncontent-length:")[2].partition("\r\n")[0]
            whole = end + 4 + int(length or 0)
            if len(self.read) < whole:
                return
            path = self.read[:end].split(None, 2)[1].decode().split("?")[0]
            self.read = self.read[whole:]
            self.asked(path)

    def asked(self, path):
        global asked
        if path == "/count":
            self.transport.write(text(200, asked))
            asked = 0
            return
        asked += 1
        asyncio.get_running_loop().call_later(DELAY, self.transport.write, text(*answer(path)))


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())

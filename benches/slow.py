"""Answers like a KV v2 mount that is 20 ms away, and counts what it is asked.

Every path has two versions. Prints its port; a GET of /count prints how many questions there were and
starts anew.

    slow.py MILLISECONDS
"""

import asyncio
import json
import sys

DELAY = float(sys.argv[1]) / 1000
asked = 0


def answer(path):
    if path.startswith("/v1/kvv2/subkeys/"):
        metadata = {"created_time": "2026-10-02T09:00:00Z", "deletion_time": "", "destroyed": False, "version": 2, "custom_metadata": None}
        return 200, {"data": {"subkeys": {"password": None, "username": None}, "metadata": metadata}}
    return 404, {"errors": []}


async def serve(reader, writer):
    global asked
    while line := await reader.readline():
        path = line.split()[1].decode().split("?")[0]
        while (await reader.readline()).strip():
            pass
        if path == "/count":
            status, body = 200, asked
            asked = 0
        else:
            asked += 1
            await asyncio.sleep(DELAY)
            status, body = answer(path)
        body = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())

"""The official client of the Model Context Protocol against Rosie; what came back as JSON, one line.

client.py URL TOKEN MODE [TOOL ARGUMENTS]…    lists the tools, then calls each; MODE is legacy or auto
"""

import asyncio
import json
import sys

from mcp.client.client import Client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


async def main(url: str, token: str, mode: str, calls: list[str]) -> None:
    http = create_mcp_http_client(headers={"Authorization": f"Bearer {token}"})
    async with http, Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        tools = (await client.list_tools()).tools
        told = {"tools": [tool.model_dump(mode="json", by_alias=True) for tool in tools], "calls": []}
        for name, arguments in zip(calls[::2], calls[1::2]):
            result = await client.call_tool(name, json.loads(arguments))
            told["calls"].append(result.model_dump(mode="json", by_alias=True))
    print(json.dumps(told))


asyncio.run(main(*sys.argv[1:4], sys.argv[4:]))

"""A plugin that runs somewhere else: an MCP server of the official SDK over streamable HTTP, on the port that is given."""
import sys

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("kettle")


@server.tool()
def boil(cups: int) -> str:
    """Boils water."""
    if cups > 9:
        raise ToolError("The kettle is too small.")
    return f"Boiling {cups} cups."


server.run(transport="streamable-http", host="127.0.0.1", port=int(sys.argv[1]))

"""Tools for AI agents, by the Model Context Protocol (MCP).

This package defines the tools once. Two entry points serve them: ``expunge mcp`` over standard
input and output (``cli/mcp``), and ``/mcp`` of a server (``web/agents``). Each runs the jobs in its
own way, behind `server.ToolJobs`.
"""

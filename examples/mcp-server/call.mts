import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

// Calls one tool, as an MCP client does: `KEY=sk_club_... node call.mts next_practice`.

const { MCP_URL = 'http://127.0.0.1:4000/mcp', KEY = '' } = process.env
const [, , tool = 'next_practice'] = process.argv

const client = new Client({ name: 'call', version: '1.0.0' })
await client.connect(
  new StreamableHTTPClientTransport(new URL(MCP_URL), {
    requestInit: { headers: { authorization: `Bearer ${KEY}` } },
  }),
)
const { content } = await client.callTool({ name: tool })
console.log(JSON.stringify(content))
await client.close()

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

// Calls one tool, as an MCP client does: `CLUBKEYS_KEY=sk_club_... node call.mts next_practice`.

const { MCP_URL = 'http://127.0.0.1:4000/mcp', CLUBKEYS_KEY = '' } = process.env
const [, , tool = 'next_practice'] = process.argv

const client = new Client({ name: 'call', version: '1.0.0' })
try {
  await client.connect(
    new StreamableHTTPClientTransport(new URL(MCP_URL), {
      requestInit: { headers: { authorization: `Bearer ${CLUBKEYS_KEY}` } },
    }),
  )
  const { content } = await client.callTool({ name: tool })
  console.log(JSON.stringify(content))
} catch (error) {
  const { message, cause } = error as Error
  console.error(cause ? `${message}: nobody answers at MCP_URL, ${MCP_URL}.` : message)
  process.exitCode = 1
} finally {
  await client.close()
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'

// An MCP server whose clients come with a key of clubkeys. It asks clubkeys whose key it is, and what the key
// may do. It never hands the key on.

const { PORT = '4000', CLUBKEYS_URL = 'http://localhost:3000', CLUBKEYS_KEY = '' } = process.env
const MCP_PATH = '/mcp'
const METADATA_PATH = `/.well-known/oauth-protected-resource${MCP_PATH}`
const ORIGIN = `http://127.0.0.1:${PORT}`
const MAX_BODY_BYTES = 100_000

type Tool = { scope: string; about: string; run: (key: Key) => string }

/** Each tool with the scope that a key needs for it. */
const TOOLS = new Map<string, Tool>([
  [
    'next_practice',
    {
      scope: 'practices:read',
      about: 'When the club trains next.',
      run: ({ club }) => `${club.slug} trains tomorrow at 18:00.`,
    },
  ],
  [
    'cancel_practice',
    {
      scope: 'practices:write',
      about: 'Cancels the next practice.',
      run: ({ club, name }) => `${name} cancelled the next practice of ${club.slug}.`,
    },
  ],
])

/** A new one for each request: it knows whose request it is. */
function toolsOf(key: Key): McpServer {
  const server = new McpServer({ name: 'practices', version: '1.0.0' })
  for (const [name, { about, run }] of TOOLS)
    server.registerTool(name, { description: about }, () => ({ content: [{ type: 'text', text: run(key) }] }))
  return server
}

type Key = { scope: string; name: string; club: { slug: string } }

/** The key of a token, if it is active (RFC 7662). */
async function introspect(token: string, clientAddress = ''): Promise<Key | null> {
  const answer = await fetch(`${CLUBKEYS_URL}/api/v1/introspect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CLUBKEYS_KEY}` },
    body: new URLSearchParams({ token, client_address: clientAddress }),
    signal: AbortSignal.timeout(5_000),
  })
  if (!answer.ok) throw new Error(await told(answer))
  const said = (await answer.json()) as { active: false } | ({ active: true } & Key)
  return said.active ? said : null
}

/** A refusal of clubkeys in words. It says what this server's own key lacks. */
async function told(answer: Response): Promise<string> {
  const { detail = '' } = (await answer.json().catch(() => ({}))) as { detail?: string }
  return `clubkeys at ${CLUBKEYS_URL} answered ${answer.status}. ${detail}`.trim()
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url, method, headers } = request
  if (url === METADATA_PATH)
    return send(response, 200, {
      resource: ORIGIN + MCP_PATH,
      scopes_supported: [...TOOLS.values()].map(({ scope }) => scope),
    })
  if (url !== MCP_PATH) return refuse(response, 404, `MCP is at ${MCP_PATH}.`)
  if (method !== 'POST') return refuse(response, 405, 'Only POST is served here.')
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '') ?? []
  const key = token ? await introspect(token, request.socket.remoteAddress) : null
  if (!key)
    return token
      ? challenge(response, 401, 'This key is not good, or not from your address.', ', error="invalid_token"')
      : challenge(response, 401, 'Send a key: Authorization: Bearer sk_club_...')
  if (!(Number(headers['content-length']) <= MAX_BODY_BYTES))
    return refuse(response, 413, 'A body with a Content-Length, of 100 kB at most.')
  const body = await json(request).catch(() => null)
  if (body === null) return refuse(response, 400, 'The body is not JSON.')
  const missing = scopesFor(body).filter((scope) => !key.scope.split(' ').includes(scope))
  if (missing.length > 0)
    return challenge(
      response,
      403,
      `The key lacks ${missing.join(' ')}.`,
      `, error="insufficient_scope", scope="${missing.join(' ')}"`,
    )
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  await toolsOf(key).connect(transport)
  await transport.handleRequest(request, response, body)
}

type Message = { method?: unknown; params?: { name?: unknown } } | null

/** What a body needs. It may hold many messages. */
const scopesFor = (body: unknown): string[] =>
  [body].flat().flatMap((message) => {
    const { method, params } = (message as Message) ?? {}
    return method === 'tools/call' ? (TOOLS.get(String(params?.name))?.scope ?? []) : []
  })

/** RFC 6750 §3; where to read about this server's tokens: RFC 9728 §5.1, as MCP wants it. */
function challenge(response: ServerResponse, status: 401 | 403, detail: string, error = ''): void {
  response.setHeader('www-authenticate', `Bearer resource_metadata="${ORIGIN}${METADATA_PATH}"${error}`)
  refuse(response, status, detail)
}

const refuse = (response: ServerResponse, status: number, detail: string) =>
  send(response, status, { status, detail })

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

// Told now, not to the first client: nobody answers there, or this server's own key may not ask.
try {
  await introspect('whether-this-server-may-ask')
} catch (error) {
  const { name, message } = error as Error
  console.error(name === 'Error' ? message : `Nobody answers at CLUBKEYS_URL, ${CLUBKEYS_URL}.`)
  process.exit(1)
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    // Whoever cannot be verified is not let in: clubkeys was away, say, or this server's own key is over its limit.
    console.error(error)
    if (!response.headersSent) refuse(response, 503, 'The key cannot be verified now. Try again later.')
  })
}).listen(Number(PORT), '127.0.0.1', () => console.log(`MCP at ${ORIGIN}${MCP_PATH}`))

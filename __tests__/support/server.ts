import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertDeclared } from './declared'
import { requestBytes, send, sendBytes, type RawRequest, type RawResponse } from './raw-http'
import { assertNoTokens } from './tokens-in'

const ROOT = path.resolve(__dirname, '../..')
const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next')
const START_PATIENCE_MS = 60_000
const COMPILE_PATIENCE_MS = 60_000

export type Server = {
  port: number
  /** Everything it printed so far, stdout and stderr. */
  output: () => string
  send: (request: RawRequest) => Promise<RawResponse>
  sendBytes: (bytes: string | Buffer) => Promise<RawResponse>
  /** A call with a key, as a client makes it: of JSON, or of a form. */
  call: (method: string, path: string, token?: string, body?: unknown) => Promise<RawResponse>
  stop: () => Promise<void>
  process: ChildProcess
}

/** How an app is run: built, from its standalone output (which it must ask for), or as its author does. */
type Mode = 'start' | 'standalone' | 'dev'
type Options = {
  databaseUrl: string
  env?: Record<string, string>
  folder?: string
  mode?: Mode
  port?: number
  /** What answers 200 as soon as it serves. */
  alive?: string
  /** A server program of the app's own. */
  program?: string
}

/**
 * Starts the built app (`next start`) and waits until it is ready.
 * @param folder another built app than the product
 * @param port a free one unless given
 */
export async function startServer(options: Options): Promise<Server> {
  const { databaseUrl, env = {}, folder = ROOT, mode = 'start', port = await freePort() } = options
  if (folder === ROOT && mode !== 'dev') assertFreshBuild()
  const args = options.program
    ? [options.program]
    : mode === 'standalone'
      ? [standaloneServer(folder)]
      : [NEXT, mode, '--port', String(port), folder]
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      NODE_ENV: mode === 'dev' ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_MANUAL_SIG_HANDLE: 'true',
      DATABASE_URL: databaseUrl,
      NEXTAUTH_URL: `http://localhost:${port}`,
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const server: Server = {
    port,
    process: child,
    output: () => output,
    // A development server compiles what is asked for first, and what it has put away since.
    ...callsTo(port, mode === 'dev' ? COMPILE_PATIENCE_MS : undefined),
    stop: async () => {
      await stop(child)
      assertNoTokens('what a server printed', output)
    },
  }
  await untilReady(server, child, options.alive ?? '/api/health/live')
  if (mode === 'dev') await sendBytes(port, requestBytes({ path: '/api/v1/whoami' }), COMPILE_PATIENCE_MS)
  return server
}

function assertFreshBuild(): void {
  if (process.env.CLUBKEYS_TEST_BUILD_OUTDATED)
    throw new Error('the build is older than the sources: run `npm test -- PATH`, which builds first')
}

/**
 * Where `output: 'standalone'` puts what it starts by: under the build, at the app's own place below the
 * traced root.
 */
export const standaloneServer = (folder: string) =>
  path.join(folder, 'node_modules/.cache/next/standalone', path.relative(ROOT, folder), 'server.js')

/** One server for a test file, on the database that `databaseUrl` names once `beforeAll` runs. */
export function useServer(
  databaseUrl: () => string,
  options: Omit<Options, 'databaseUrl'> = {},
): () => Server {
  let server: Server | undefined
  beforeAll(
    async () => {
      server = await startServer({ databaseUrl: databaseUrl(), ...options })
    },
    START_PATIENCE_MS + COMPILE_PATIENCE_MS + 5_000,
  )
  afterAll(async () => server?.stop())
  return () => server!
}

/** Calls of a server of this machine, whose answers must be declared. */
export const callsTo = (port: number, patienceMs?: number): Pick<Server, 'send' | 'sendBytes' | 'call'> => {
  const look = (request: RawRequest) => sendAndLook(port, request, patienceMs)
  return {
    send: look,
    sendBytes: (bytes) => sendBytes(port, bytes, patienceMs),
    call: (method, target, token, body) => look(jsonRequest(method, target, token, body)),
  }
}

async function sendAndLook(
  port: number,
  request: RawRequest,
  patienceMs: number | undefined,
): Promise<RawResponse> {
  const answer = await send(port, request, patienceMs)
  const { method = 'GET', path: target = '/' } = request
  assertDeclared(method, target, { type: answer.headers['content-type'], body: answer.body })
  return answer
}

function jsonRequest(method: string, path: string, token?: string, body?: unknown): RawRequest {
  const headers: [string, string][] = []
  if (token !== undefined) headers.push(['Authorization', `Bearer ${token}`])
  // Node's own name for a form.
  const isForm = body instanceof URLSearchParams
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  if (body !== undefined) headers.push(['Content-Type', type])
  const text = isForm ? body.toString() : JSON.stringify(body)
  return { method, path, headers, ...(body !== undefined && { body: text }) }
}

async function untilReady(server: Server, child: ChildProcess, alive: string): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await sendBytes(server.port, requestBytes({ path: alive })).catch(() => null)
    if (response?.status === 200) return
    await sleep(50)
  }
  await stop(child)
  throw new Error(`the server did not start (is it built? \`npm test\` builds it):\n${server.output()}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(timer)
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

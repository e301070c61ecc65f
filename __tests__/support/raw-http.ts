import { connect } from 'node:net'

/** A response as it came over the wire. */
export type RawResponse = {
  status: number
  /** Lower-case names; repeated headers joined by a line feed, which no header can hold. */
  headers: Record<string, string>
  body: string
  json: () => Record<string, unknown>
}

/**
 * A request's lines as they go over the wire: nothing is normalised, so that what a client library would mend
 * can be sent broken.
 */
export type RawRequest = {
  method?: string
  path: string
  headers?: (readonly [string, string])[]
  body?: string | Buffer
}

/**
 * Writes exactly these bytes to a server on this machine and reads until it closes. @param patienceMs then
 * the promise rejects
 */
export function sendBytes(
  port: number,
  bytes: string | Buffer,
  patienceMs = 10_000,
  host = '127.0.0.1',
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, host, () => socket.write(bytes))
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('the server did not answer in time')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)))
    socket.on('end', finish)
    function finish() {
      socket.destroy()
      try {
        resolve(parseResponse(Buffer.concat(chunks)))
      } catch (error) {
        reject(error as Error)
      }
    }
  })
}

/**
 * One request on a connection of its own. `Host`, `Connection` and, with a body, `Content-Length` are added
 * unless given.
 */
export function send(port: number, request: RawRequest, patienceMs?: number): Promise<RawResponse> {
  return sendBytes(port, requestBytes(request), patienceMs)
}

export function requestBytes({ method = 'GET', path, headers = [], body = '' }: RawRequest): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const added: [string, string][] = [
    ['Host', 'localhost'],
    ['Connection', 'close'],
  ]
  const length = Buffer.byteLength(body)
  if (length > 0 && !names.has('transfer-encoding')) added.push(['Content-Length', String(length)])
  const lines = [...added.filter(([name]) => !names.has(name.toLowerCase())), ...headers].map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  // latin1 keeps every byte of a header as the test wrote it.
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

function parseResponse(bytes: Buffer): RawResponse {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1)
    throw new Error(`not an HTTP response: ${JSON.stringify(bytes.toString('latin1').slice(0, 200))}`)
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = name in headers ? `${headers[name]}\n${value}` : value
  }
  const rest = bytes.subarray(end + 4)
  const body = (headers['transfer-encoding'] === 'chunked' ? unchunk(rest) : rest).toString('utf8')
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body,
    json: () => JSON.parse(body) as Record<string, unknown>,
  }
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Reach } from './addresses'
import { connectTo } from './connect'
import { SendFailure } from './failure'

/** How long all of it may take, in milliseconds. */
const ALL_MS = 15_000
/** How much of an answer's body is read, and of all that comes before it, in bytes. */
const MOST_BODY = 16 * 1024
const MOST_HEAD = 16 * 1024
/** Interim answers (1xx) come before the head, and as many as a receiver likes, in bytes. */
const MOST_EARLY = 64 * 1024

export type Answer = {
  status: number
  /** The beginning of its body. */
  body: Buffer
  retryAfter: string | undefined
  /** Where it came from. */
  reach: Reach
}

/**
 * Posts JSON to an address that somebody else chose. Follows no redirect; is over within 15 seconds, whatever
 * the receiver does; reads 16 KB at most.
 * @throws SendFailure
 */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  patienceMs = ALL_MS,
): Promise<Answer> {
  const late = AbortSignal.timeout(patienceMs)
  const { socket, reach } = await connectTo(url, late)
  try {
    const sent = request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      // The connection is there, and checked: nothing else is connected to.
      createConnection: () => socket,
      maxHeaderSize: MOST_HEAD,
      headers: {
        host: url.host,
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        connection: 'close',
      },
    })
    sent.on('information', () => {
      if (socket.bytesRead > MOST_EARLY) sent.destroy(new SendFailure('answer', 'The answer never begins.'))
    })
    sent.end(body)
    const answer = await answerTo(sent, late)
    return { ...answer, reach }
  } finally {
    socket.destroy()
  }
}

async function answerTo(sent: ClientRequest, late: AbortSignal): Promise<Omit<Answer, 'reach'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Answer, 'reach'>>()
  const cut = () => reject(new SendFailure('timeout', 'No answer in time.'))
  late.addEventListener('abort', cut, { once: true })
  sent.once('error', (error) => reject(asFailure(error)))
  sent.once('response', (message: IncomingMessage) => {
    const { statusCode: status = 0, headers } = message
    const parts: Buffer[] = []
    let length = 0
    const done = () =>
      resolve({
        status,
        body: Buffer.concat(parts).subarray(0, MOST_BODY),
        retryAfter: headers['retry-after'],
      })
    message.on('data', (part: Buffer) => {
      parts.push(part)
      length += part.length
      if (length >= MOST_BODY) done()
    })
    // The head says how it went; a body that breaks off says nothing more.
    message.on('error', () => {})
    message.once('close', done)
  })
  try {
    return await promise
  } finally {
    late.removeEventListener('abort', cut)
    sent.destroy()
  }
}

const asFailure = (error: Error): SendFailure =>
  error instanceof SendFailure
    ? error
    : new SendFailure(
        'answer',
        `The connection broke before the answer (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      )

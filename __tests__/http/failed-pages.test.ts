import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerFailedPage } from '@/http/failed-pages'
import { hookRequests } from '@/http/incoming'
import { send } from '../support/raw-http'

hookRequests()

const OUTAGE = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

/** What a client is answered by a handler that does this, on a real socket. */
async function answered(handle: (response: ServerResponse) => void) {
  const server = createServer((_, response) => handle(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { status, headers, body } = await send((server.address() as AddressInfo).port, { path: '/' })
  server.close()
  return { status, retryAfter: headers['retry-after'], body }
}

const failWith = (thrown: unknown) => (response: ServerResponse) => {
  answerFailedPage(thrown)
  response.statusCode = 500
  response.end('a page')
}

describe('a page that threw', () => {
  it('is 503 where the database is away, and says when to try again', async () => {
    expect(await answered(failWith(OUTAGE))).toEqual({ status: 503, retryAfter: '5', body: 'a page' })
    const wrapped = new Error('the page failed', { cause: OUTAGE })
    expect(await answered(failWith(wrapped))).toMatchObject({ status: 503 })
  })

  it.each([new Error('a bug'), undefined, null, 'text', { code: 'P2002' }])(
    'is 500 for anything else: %p',
    async (thrown) => {
      expect(await answered(failWith(thrown))).toEqual({ status: 500, retryAfter: undefined, body: 'a page' })
    },
  )

  it('keeps an answer that is none of a failure, or has begun', async () => {
    const recovered = (response: ServerResponse) => {
      answerFailedPage(OUTAGE)
      response.end('a page')
    }
    const begun = (response: ServerResponse) => {
      response.write('a ')
      answerFailedPage(OUTAGE)
      response.end('page')
    }
    for (const handle of [recovered, begun])
      expect(await answered(handle)).toEqual({ status: 200, retryAfter: undefined, body: 'a page' })
  })

  it('is nobody’s outside any request', () => {
    expect(() => answerFailedPage(OUTAGE)).not.toThrow()
  })
})

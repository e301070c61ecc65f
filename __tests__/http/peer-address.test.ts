import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { twoClubs, useDatabase } from '../support/club'
import { forgedAddresses } from '../support/forged-addresses'
import { eventually } from '../support/embedded'
import { useOtherApp } from '../support/other-app'
import { requestBytes } from '../support/raw-http'
import { useServer, type Server } from '../support/server'

const database = useDatabase()
const direct = useServer(database.url)
const behindProxy = useServer(database.url, { env: { TRUSTED_PROXIES: '127.0.0.1/32' } })
const behindTwo = useServer(database.url, { env: { TRUSTED_PROXIES: '127.0.0.1/32, 198.51.100.0/24' } })
const other = useOtherApp(database.url)
const forgetful = useOtherApp(database.url, {
  FORGET_INSTRUMENTATION: 'yes',
  TRUSTED_PROXIES: '0.0.0.0/0, ::/0',
})
let token: string
beforeAll(async () => {
  token = (await twoClubs()).home.keys.coach.token
})

type Headers = [string, string][]

/** What the audit log says about where a request came from. */
async function recordedAddress(on: Server, headers: Headers): Promise<string | null> {
  const body = JSON.stringify({ title: 'Hill repeats', startsAt: '2027-01-01T10:00:00Z' })
  const key: Headers = [
    ['Authorization', `Bearer ${token}`],
    ['Content-Type', 'application/json'],
  ]
  const made = await on.send({
    method: 'POST',
    path: '/api/v1/practices',
    headers: [...headers, ...key],
    body,
  })
  expect(made.status).toBe(201)
  const { address } = await db().auditEvent.findFirstOrThrow({
    where: { targetId: made.json().id as string },
  })
  return address
}

const FORGED = forgedAddresses('203.0.113.7')

describe('the address in the audit log', () => {
  it.each(FORGED)('is the socket’s own without trusted proxies: %s', async (...headers) => {
    expect(await recordedAddress(direct(), headers)).toBe('127.0.0.1')
  })

  const FORWARDED: [forwarded: Headers, client: string | null][] = [
    [[], '127.0.0.1'],
    [[['X-Forwarded-For', '203.0.113.7']], '203.0.113.7'],
    [[['X-Forwarded-For', '  203.0.113.7\t']], '203.0.113.7'],
    [[['X-Forwarded-For', '::ffff:203.0.113.7']], '203.0.113.7'],
    [[['X-Forwarded-For', '2001:db8::7']], '2001:db8::7'],
    // With the port that it came from, as some load balancers have it.
    [[['X-Forwarded-For', '203.0.113.7:51234']], '203.0.113.7'],
    [[['X-Forwarded-For', '[2001:db8::7]:443']], '2001:db8::7'],
    [[['X-Forwarded-For', '203.0.113.66, 203.0.113.7:51234']], '203.0.113.7'],
    // RFC 7239.
    [[['Forwarded', 'for=203.0.113.7']], '203.0.113.7'],
    [[['Forwarded', 'for="[2001:db8::7]:443";proto=https']], '2001:db8::7'],
    [
      [
        ['Forwarded', 'for=203.0.113.66'],
        ['Forwarded', 'for="203.0.113.7:51234"'],
      ],
      '203.0.113.7',
    ],
    [[['Forwarded', 'for=_hidden']], null],
    [
      [
        ['Forwarded', 'for=203.0.113.66'],
        ['X-Forwarded-For', '203.0.113.7'],
      ],
      null,
    ],
    // The client wrote the left, the proxy the right.
    [[['X-Forwarded-For', '203.0.113.66, 203.0.113.7']], '203.0.113.7'],
    [[['X-Forwarded-For', '127.0.0.1, 203.0.113.7']], '203.0.113.7'],
    [
      [
        ['X-Forwarded-For', '203.0.113.66'],
        ['X-Forwarded-For', '203.0.113.7'],
      ],
      '203.0.113.7',
    ],
    [[['X-Forwarded-For', '203.0.113.7, 127.0.0.1']], '203.0.113.7'],
    // Not known for certain is not known.
    [[['X-Forwarded-For', '203.0.113.66, unknown']], null],
    [[['X-Forwarded-For', '203.0.113.66, ']], null],
    [[['X-Forwarded-For', '']], null],
    // What a proxy does not write is the client's.
    [
      [
        ['X-Real-IP', '203.0.113.66'],
        ['X-Client-IP', '203.0.113.66'],
        ['x-clubkeys-peer', '203.0.113.66'],
      ],
      '127.0.0.1',
    ],
    [
      [
        ['X-Forwarded-For', '203.0.113.7'],
        ['x-clubkeys-peer', '203.0.113.66'],
      ],
      '203.0.113.7',
    ],
  ]
  it.each(FORWARDED)('is what a trusted proxy says: %j is %s', async (headers, client) => {
    expect(await recordedAddress(behindProxy(), headers)).toBe(client)
  })

  it('is read past a chain of trusted proxies and no further', async () => {
    const ask = (chain: string) => recordedAddress(behindTwo(), [['X-Forwarded-For', chain]])
    expect(await ask('203.0.113.66, 203.0.113.7, 198.51.100.9, 198.51.100.8')).toBe('203.0.113.7')
    expect(await ask('198.51.100.66, 203.0.113.7, 198.51.100.9')).toBe('203.0.113.7')
    expect(await ask('198.51.100.9')).toBe('198.51.100.9')
    expect(await recordedAddress(behindProxy(), [['X-Forwarded-For', '203.0.113.7, 198.51.100.9']])).toBe(
      '198.51.100.9',
    )
  })

  it('is the socket’s even when the client hangs up at once: whatever is done for it is on record with where it came from', async () => {
    const headers: Headers = [
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
    ]
    const sendAndLeave = async (patienceMs: number) => {
      const body = JSON.stringify({ title: 'Sent and gone', startsAt: '2027-01-01T10:00:00Z' })
      const socket = connect(direct().port, '127.0.0.1')
      socket.on('error', () => undefined)
      await new Promise((resolve) =>
        socket.end(requestBytes({ method: 'POST', path: '/api/v1/practices', headers, body }), () =>
          resolve(null),
        ),
      )
      await sleep(patienceMs)
      socket.resetAndDestroy()
    }
    for (let i = 0; i < 30; i++) await sendAndLeave(i)
    const recorded = await eventually(async () => {
      const practices = await db().practice.findMany({
        where: { title: 'Sent and gone' },
        select: { id: true },
      })
      const targets = practices.map(({ id }) => id)
      const events = await db().auditEvent.findMany({
        where: { targetId: { in: targets } },
        select: { address: true },
      })
      if (events.length < 5) throw new Error(`only ${events.length} are on record`)
      return events
    })
    expect(new Set(recorded.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']))
  })

  it('is the socket’s where no middleware runs, too, however a credential is spelt', async () => {
    for (const lines of [['', ''], ['a', ''], ['', 'a'], ['a', 'b'], ['']]) {
      const headers = lines.map((line): [string, string] => ['X-API-Key', line])
      const answer = await other().send({ path: '/outside', headers })
      expect([lines, answer.json().address]).toEqual([lines, '127.0.0.1'])
    }
  })

  it('is unknown in an app without instrumentation, whatever a client claims', async () => {
    for (const headers of FORGED) {
      const answer = await forgetful().send({
        path: '/outside',
        headers: [...headers, ['Authorization', `Bearer ${token}`]],
      })
      expect([headers, answer.status, answer.json().address]).toEqual([headers, 200, null])
    }
  })
})

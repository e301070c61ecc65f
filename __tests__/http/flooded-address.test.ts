import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { readCall } from '@/http/credential'
import { verifyKey } from '@/http/verify-request'
import { revokeApiKey } from '@/lib/auth/api-key'
import { mintToken } from '@/lib/auth/token'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { failuresFrom, lookUpInLane, overFailures } from '@/lib/limits/failures'
import { ownCounters } from '@/lib/limits/take'
import { flushUses } from '@/lib/usage/record'
import { twoClubs, useDatabase } from '../support/club'
import { countLookups } from '../support/lookups'

const database = useDatabase()

const verify = async (token: string) => {
  const request = new Request('http://localhost/api/v1/whoami', {
    headers: { authorization: `Bearer ${token}` },
  })
  return (await verifyKey(readCall(request, '/api/v1/whoami')!)).key
}
const prove = () => verifiedKeys().prove({ wall: Date.now(), monotonic: performance.now() })
const forgery = () => mintToken().secret.reveal()
/** No two are the same: each is a lookup of its own. */
const opaque = () => `another-format-${randomUUID()}`
const codeOf = (error: unknown) => (error as { code?: string }).code ?? String(error)

/**
 * From here on this address is over its failures, and others like it keep every lookup that they may have at
 * once.
 */
function flood(): () => void {
  ownCounters().useUp(failuresFrom(null), 60_000)
  let end!: () => void
  const ended = new Promise<never>((_, reject) => (end = () => reject(new Error('the flood is over'))))
  for (let one = lookUpInLane(() => ended); one; one = lookUpInLane(() => ended)) one.catch(() => undefined)
  return end
}

async function setup() {
  const { home } = await twoClubs()
  const { coach: key } = home.keys
  prove()
  await verify(key.token)
  return { home, key }
}

function aMinutePasses(): void {
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000)
  prove()
}

beforeEach(() => ownCounters().useUp(failuresFrom(null), 0))
afterEach(async () => {
  verifiedKeys().distrust()
  await flushUses()
})

describe('G10: a key in use, at an address that floods', () => {
  it.each<[string, (clubId: string) => void]>([
    ['has been in memory for a minute', aMinutePasses],
    ['is in a club that has changed', (clubId) => verifiedKeys().forget([clubId])],
    ['is asked about while the channel is down', () => verifiedKeys().distrust()],
  ])('is let in when it %s', async (_what, happens) => {
    const { home, key } = await setup()
    const end = flood()
    try {
      happens(home.clubId)
      expect(await verify(key.token)).toMatchObject({ id: key.id })
      await expect(verify(forgery())).rejects.toMatchObject({ code: 'rate_limited' })
    } finally {
      jest.restoreAllMocks()
      end()
    }
  })

  it.each([true, false])('has no such claim once it is revoked (channel proven: %s)', async (proven) => {
    const { key } = await setup()
    await revokeApiKey(key.actor, { id: key.id })
    if (!proven) verifiedKeys().distrust()
    await expect(verify(key.token)).rejects.toMatchObject({ code: 'invalid_token' })
    const end = flood()
    verifiedKeys().forgetRefusals()
    try {
      await expect(verify(key.token)).rejects.toMatchObject({ code: 'rate_limited' })
    } finally {
      end()
    }
  })
})

it('G6: a key that was in memory and is revoked costs one lookup, not one a call', async () => {
  const { key } = await setup()
  await revokeApiKey(key.actor, { id: key.id })
  const calls = async () => {
    for (let i = 0; i < 5; i++) await verify(key.token).catch(() => undefined)
  }
  expect(await countLookups(database.directUrl(), calls)).toBe(1)
})

describe('G10: a flood of lookups', () => {
  it('has a lane of four: what comes while it is full makes no lookup, and waits for nothing', async () => {
    ownCounters().useUp(failuresFrom(null), 60_000)
    const open = new Client(database.directUrl())
    await open.connect()
    try {
      // From here on a lookup lasts until the test lets it go.
      await open.query('BEGIN')
      await open.query('LOCK TABLE "ApiKey" IN ACCESS EXCLUSIVE MODE')
      const flood = Array.from({ length: 12 }, () => verify(opaque()).then(String, codeOf))
      const refused = (await Promise.all(flood.slice(4))).filter((code) => code === 'rate_limited')
      expect(refused).toHaveLength(8)
      await open.query('COMMIT')
      expect(await Promise.all(flood.slice(0, 4))).toEqual(Array(4).fill('rate_limited'))
      // And it is free again.
      const lookups = await countLookups(database.directUrl(), () => verify(opaque()).catch(codeOf))
      expect(lookups).toBe(1)
    } finally {
      await open.end()
    }
  })

  it('leaves the lane with each lookup that fails, too', async () => {
    ownCounters().useUp(failuresFrom(null), 60_000)
    const fail = () => Promise.reject(new Error('away'))
    for (let i = 0; i < 10; i++) await expect(lookUpInLane(fail)).rejects.toThrow('away')
  })
})

describe('failed attempts', () => {
  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8:1:2::1', '2001:db8:1::1', false],
    ['::1', '::2', true],
    ['203.0.113.7', '203.0.113.8', false],
  ])('from %s and %s are counted together: %s', (one, other, together) => {
    expect(failuresFrom(one).id === failuresFrom(other).id).toBe(together)
    ownCounters().useUp(failuresFrom(one), 60_000)
    expect(overFailures(failuresFrom(other)) !== null).toBe(together)
    ownCounters().useUp(failuresFrom(one), 0)
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { authenticate } from '@/http/authenticate'
import { standIn } from '@/http/host'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges, unfollowChanges } from '@/lib/auth/follow-changes'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { memberActor } from '@/lib/auth/member-actor'
import { findSignedIn, sessionActor } from '@/lib/sign-in/session-actor'
import { mintToken } from '@/lib/auth/token'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { db } from '@/lib/db/client'
import { floor, thisMoment } from '@/lib/db/floor'
import { RULES } from '@/lib/db/rules'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { ask, eventually } from '../../support/embedded'
import { lowerFloor, migrateAsNewer, NEWER_RULES, restrictAsNewer } from '../../support/newer-release'
import { countStatements } from '../../support/statements'

const database = useDatabase()
const TRACE = { requestId: null, address: null, userAgent: null }
const UNAVAILABLE = { code: 'unavailable' }

let member: Member
let slug: string
beforeAll(async () => {
  const club = await makeClub()
  slug = club.slug
  member = await makeMember(club.id, ['COACH'])
  await migrateAsNewer(database.directUrl())
})
afterEach(async () => {
  await lowerFloor(database.directUrl())
  await floor().read()
})

const restrict = async () => restrictAsNewer(database.url(), (await makeKey(member)).id)
const heartbeat = () => floor().note(RULES, thisMoment())

describe('mixed releases, past the door: a process that the database has outrun', () => {
  it('G6: learns it from the statement that verifies a key, and makes no other', async () => {
    const key = await makeKey(member)
    const tokens = [key.token, mintToken().secret.reveal(), 'old_format_of_somebody']
    for (const token of tokens)
      expect(await countStatements(database.directUrl(), async () => validateApiKey(token))).toBe(1)
    await restrict()
    for (const token of tokens) {
      heartbeat() // What was read before says that all is well.
      const verify = () => expect((async () => validateApiKey(token))()).rejects.toMatchObject(UNAVAILABLE)
      expect(await countStatements(database.directUrl(), verify)).toBe(1)
    }
  })

  it('refuses a malformed token likewise, without a statement', async () => {
    const { token } = await makeKey(member)
    await restrict()
    await expect((async () => validateApiKey(token))()).rejects.toMatchObject(UNAVAILABLE)
    const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`
    const verify = () => expect((async () => validateApiKey(wrong))()).rejects.toMatchObject(UNAVAILABLE)
    expect(await countStatements(database.directUrl(), verify)).toBe(0)
  })

  it('remembers no answer that it got after that', async () => {
    const { token } = await makeKey(member)
    await restrict()
    verifiedKeys().prove(thisMoment())
    try {
      await expect((async () => validateApiKey(token))()).rejects.toMatchObject(UNAVAILABLE)
      await lowerFloor(database.directUrl())
      await floor().read()
      expect(await validateApiKey(token)).toMatchObject({ ok: true })
    } finally {
      verifiedKeys().distrust()
    }
  })

  it('lets no session in and makes none', async () => {
    const sessionId = await createLoginSession(member.userId, TRACE)
    const token = { userId: member.userId, sessionId }
    expect(await sessionActor(token, slug, TRACE)).toMatchObject({ userId: member.userId })
    await restrict()
    floor().doubt()
    await expect(sessionActor(token, slug, TRACE)).rejects.toMatchObject(UNAVAILABLE)
    await expect(findSignedIn(token)).rejects.toMatchObject(UNAVAILABLE)
    await expect(memberActor({ ...token, authenticatedAt: new Date() }, slug, TRACE)).rejects.toMatchObject(
      UNAVAILABLE,
    )
    heartbeat()
    const sessions = await db().loginSession.count()
    await expect(createLoginSession(member.userId, TRACE)).rejects.toMatchObject(UNAVAILABLE)
    expect(await db().loginSession.count()).toBe(sessions)
  })

  it('a session costs no statement for the floor where a heartbeat read it, and one for all who wait elsewhere', async () => {
    const token = { userId: member.userId, sessionId: await createLoginSession(member.userId, TRACE) }
    const look = () => Promise.all(Array.from({ length: 5 }, () => findSignedIn(token)))
    heartbeat()
    expect(await countStatements(database.directUrl(), look)).toBe(5)
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_000)
    try {
      expect(await countStatements(database.directUrl(), look)).toBe(6)
    } finally {
      clock.mockRestore()
    }
  })
})

describe('the newest reading of the floor counts', () => {
  const at = (ms: number) => ({ wall: Date.now() + ms, monotonic: performance.now() + ms })

  it.each(['Date', 'performance'] as const)('for 3 s by the clock of %s, and no longer', (name) => {
    const began = { Date: Date.now(), performance: performance.now() }
    floor().note(RULES, { wall: began.Date, monotonic: began.performance })
    const clock = jest.spyOn(name === 'Date' ? Date : performance, 'now')
    try {
      clock.mockReturnValue(began[name] + 2_990)
      expect(floor().isFresh()).toBe(true)
      clock.mockReturnValue(began[name] + 3_001)
      expect(floor().isFresh()).toBe(false)
    } finally {
      clock.mockRestore()
    }
  })

  it('and none that was asked for earlier, or before the floor may have risen', async () => {
    floor().note(NEWER_RULES, at(0))
    floor().note(RULES, at(-1))
    expect(floor().isOutrun()).toBe(true)
    const before = thisMoment()
    await restrict()
    floor().doubt()
    floor().note(RULES, before)
    expect(floor().isFresh()).toBe(false)
    await floor().read()
    expect([floor().isFresh(), floor().isOutrun()]).toEqual([true, true])
  })

  it('and is read anew by whoever waits since the floor may have risen', async () => {
    const before = floor().read()
    floor().doubt()
    await Promise.all([before, floor().read()])
    expect(floor().isFresh()).toBe(true)
  })

  it('G5: and is asked for as soon as the change is heard of, not with the next heartbeat', async () => {
    followChanges()
    try {
      while (!verifiedKeys().trusted) await sleep(10)
      // Of its own: a heartbeat reads the floor in a statement that sends something.
      const readings = async () => {
        const [row] = await ask<{ calls: number }>(
          database.directUrl(),
          `SELECT coalesce(sum(s.calls), 0)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
            WHERE d.datname = current_database() AND s.query LIKE 'SELECT (SELECT coalesce(max("rules")%'`,
        )
        return row?.calls
      }
      await floor().read()
      const before = await readings()
      await restrict()
      await eventually(async () => expect(await readings()).toBeGreaterThan(before!))
      await eventually(async () => expect(floor().isOutrun()).toBe(true))
    } finally {
      await unfollowChanges()
    }
  })

  it('and where nothing else reads it, whoever asks makes it be read again', async () => {
    await restrict()
    await floor().read()
    await lowerFloor(database.directUrl())
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_000)
    expect(floor().isOutrun()).toBe(true)
    clock.mockRestore()
    const began = performance.now()
    while (floor().isOutrun() && performance.now() - began < 2_000) await sleep(10)
    expect(floor().isOutrun()).toBe(false)
  })
})

// Last: from here on this process is another app's.
it('mixed releases: in another app an outrun layer refuses keys, and leaves the app its own pages', async () => {
  const { token } = await makeKey(member)
  standIn({ api: ['/api/v1'] })
  await restrict()
  await floor().read()
  const ask = async (path: string, headers = {}) => {
    const outcome = await authenticate(new Request(`http://localhost:3000${path}`, { headers }))
    return 'refusal' in outcome ? outcome.refusal.status : 'passed'
  }
  const bearer = { authorization: `Bearer ${token}` }
  expect([await ask('/about'), await ask('/about', { cookie: 'a=b' }), await ask('/api/other')]).toEqual(
    Array(3).fill('passed'),
  )
  expect([await ask('/api/v1/whoami', bearer), await ask('/about', bearer)]).toEqual([503, 503])
})

import { randomBytes } from 'node:crypto'
import { operatorActor, systemActor } from '@/lib/auth/actor'
import { createApiKey, deleteApiKey, revokeApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { reportLeaks, type Finder } from '@/lib/leaks/report-leaks'
import type { Leak } from '@/lib/leaks/said'
import { makeClub, makeKey, makeMember, twoClubs, useDatabase, type TestKey } from '../../support/club'
import { DAY_MS, useImports } from '../../support/importing'
import { demand } from '../../support/policy'

useDatabase()

const TRACE = { requestId: 'r-1', address: '198.51.100.7', userAgent: 'scanner/1' }
const SCANNER: Finder = {
  label: 'A scanner',
  actorIn: (clubId) => systemActor(clubId, 'A scanner', TRACE),
}
const report = (leak: Leak, finder = SCANNER) => reportLeaks([leak], finder)

async function setup(onLeak: 'revoke' | 'disable' = 'revoke') {
  const { home, rival } = await twoClubs()
  await demand(home.clubId, { onLeak })
  const key = await makeKey(home.coach)
  const child = await makeDescendant(key)
  return { home, rival, key, child }
}

/** A key that this one made. */
async function makeDescendant({ actor }: TestKey) {
  const { id, key: token } = await createApiKey(actor, { name: 'made by it', scopes: ['practices:read'] })
  return { id, token }
}
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } })
const auditOf = (clubId: string) =>
  db().auditEvent.findMany({ where: { clubId }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
const leaksOf = async (clubId: string) =>
  (await auditOf(clubId)).filter(({ action }) => action === 'api-key.leaked')
const said = (to: unknown) => ({ from: null, to })

/** Everything that a report could have changed. */
const everything = async () => ({
  keys: await db().apiKey.findMany({ orderBy: { id: 'asc' } }),
  audit: await db().auditEvent.count(),
  lines: await db().lineToEnd.count(),
})

describe('a leaked key, where the club revokes', () => {
  it('is dead in this process when the report returns, and so is what it made', async () => {
    const { key, child } = await setup()
    expect(await report({ token: key.token })).toEqual([{ keyId: key.id, acted: true }])
    for (const { token } of [key, child])
      expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'revoked' })
  })

  it('is on record: who found it, where, and what ended with it, by the system', async () => {
    const { home, key, child } = await setup()
    await report({ token: key.token, url: 'https://paste.example/1', source: 'Paste watch' })
    const rows = (await auditOf(home.clubId)).filter(({ actorKind }) => actorKind === 'system')
    expect(rows.map(({ action, targetId }) => `${action} ${targetId}`).sort()).toEqual(
      [`api-key.leaked ${key.id}`, `api-key.revoke ${key.id}`, `api-key.revoke ${child.id}`].sort(),
    )
    expect(rows.find(({ action }) => action === 'api-key.leaked')).toMatchObject({
      ...TRACE,
      actorUserId: null,
      actorKeyId: null,
      actorLabel: 'A scanner',
      changes: { source: said('A scanner (Paste watch)'), url: said('https://paste.example/1') },
    })
    expect(await rowOf(key.id)).toMatchObject({
      leakedAt: expect.any(Date),
      leakSource: 'A scanner (Paste watch)',
      leakUrl: 'https://paste.example/1',
    })
    expect(await rowOf(child.id)).toMatchObject({ leakedAt: null })
  })

  it('ends however many report it at once, once', async () => {
    const { home, key } = await setup()
    const all = await Promise.all(Array.from({ length: 12 }, () => report({ token: key.token })))
    expect(all.flat().filter(({ acted }) => acted)).toHaveLength(1)
    expect(await leaksOf(home.clubId)).toHaveLength(1)
  })

  it('ends although it was disabled, or its owner is suspended: both may end', async () => {
    const { home, key } = await setup()
    await updateApiKey(key.actor, { id: key.id, disabled: true })
    await report({ token: key.token })
    expect((await rowOf(key.id)).revokedAt).not.toBeNull()
    const other = await makeKey(home.athlete)
    await db().membership.updateMany({
      where: { clubId: home.clubId, userId: home.athlete.userId },
      data: { status: 'SUSPENDED' },
    })
    await report({ token: other.token })
    expect((await rowOf(other.id)).revokedAt).not.toBeNull()
  })

  it('is one of many in a report, of clubs that do not hear of each other', async () => {
    const { home, rival, key } = await setup()
    const theirs = await makeKey(rival.coach)
    const leaks = [key.token, 'nobody', theirs.token, key.token].map((token) => ({ token }))
    expect(await reportLeaks(leaks, SCANNER)).toEqual([
      { keyId: key.id, acted: true },
      { keyId: null, acted: false },
      { keyId: theirs.id, acted: true },
      { keyId: key.id, acted: true },
    ])
    expect((await leaksOf(home.clubId)).map(({ targetId }) => targetId)).toEqual([key.id])
    expect((await leaksOf(rival.clubId)).map(({ targetId }) => targetId)).toEqual([theirs.id])
  })
})

describe('a leaked key, where the club disables', () => {
  it('is disabled at once, and alone', async () => {
    const { home, key, child } = await setup('disable')
    await report({ token: key.token })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'disabled' })
    expect(await validateApiKey(child.token)).toMatchObject({ ok: true })
    const [row, ...more] = await leaksOf(home.clubId)
    expect(more).toEqual([])
    expect(row?.changes).toMatchObject({ disabled: { from: false, to: true } })
  })

  it('is enabled only by who says that they know; the notice stays, and so does the word of it', async () => {
    const { home, key } = await setup('disable')
    const operator = operatorActor(home.clubId, null, 'operator:test')
    await report({ token: key.token, url: 'https://paste.example/2' })
    const enabling = updateApiKey(operator, { id: key.id, disabled: false })
    await expect(enabling).rejects.toMatchObject({ code: 'conflict' })
    expect((await rowOf(key.id)).disabledAt).not.toBeNull()
    const enabled = await updateApiKey(operator, { id: key.id, disabled: false, despiteLeak: true })
    expect(enabled).toMatchObject({ status: 'active', leaked: { url: 'https://paste.example/2' } })
    const changed = (await auditOf(home.clubId)).find(({ action }) => action === 'api-key.update')
    expect(changed?.changes).toMatchObject({ despiteLeak: said(true), disabled: { from: true, to: false } })
    await updateApiKey(operator, { id: key.id, disabled: true })
    await expect(updateApiKey(operator, { id: key.id, disabled: false })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('counts once a day', async () => {
    const { home, key } = await setup('disable')
    const operator = operatorActor(home.clubId, null, 'operator:test')
    const enable = () => updateApiKey(operator, { id: key.id, disabled: false, despiteLeak: true })
    await report({ token: key.token })
    await enable()
    const before = await everything()
    expect(await report({ token: key.token })).toEqual([{ keyId: key.id, acted: false }])
    expect(await everything()).toEqual(before)
    await db().apiKey.update({ where: { id: key.id }, data: { leakedAt: new Date(Date.now() - DAY_MS) } })
    expect(await report({ token: key.token })).toEqual([{ keyId: key.id, acted: true }])
    expect(await leaksOf(home.clubId)).toHaveLength(2)
  })
})

describe('what is no live key’s token', () => {
  it('touches nothing: unknown, malformed, revoked, expired, deleted, of somebody who left', async () => {
    const { home } = await setup()
    const revoked = await makeKey(home.coach)
    await revokeApiKey(revoked.actor, { id: revoked.id })
    const deleted = await makeKey(home.coach)
    await deleteApiKey(deleted.actor, { id: deleted.id })
    const expired = await makeKey(home.coach)
    await db().apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    const leaver = await makeMember(home.clubId, ['COACH'])
    const left = await makeKey(leaver)
    await db().membership.updateMany({ where: { userId: leaver.userId }, data: { status: 'REMOVED' } })
    const unknown = mintToken().secret.reveal()
    const before = await everything()
    const tokens = [
      ...[revoked, deleted, expired, left].map(({ token }) => token),
      unknown,
      ...[`${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`, unknown.slice(0, 30), '', ' ', '\u0000', 'é', 'x'.repeat(300)], // prettier-ignore
    ]
    for (const token of tokens)
      expect((await report({ token, url: 'https://x.example', source: 's' }))[0]?.acted).toBe(false)
    expect(await everything()).toEqual(before)
  })

  it('is told as known where it was a key’s once', async () => {
    const { home } = await setup()
    const deleted = await makeKey(home.coach)
    await deleteApiKey(deleted.actor, { id: deleted.id })
    expect(await report({ token: deleted.token })).toEqual([{ keyId: deleted.id, acted: false }])
  })

  it('nor does a key of another club than the one that is meant', async () => {
    const { home, rival, key } = await setup()
    const finder = { ...SCANNER, clubId: rival.clubId }
    expect(await report({ token: key.token }, finder)).toEqual([{ keyId: null, acted: false }])
    expect(await report({ token: key.token }, { ...finder, clubId: home.clubId })).toMatchObject([
      { acted: true },
    ])
  })
})

describe('what a report says of where', () => {
  const keptOf = async (leak: Omit<Leak, 'token'> & { token?: string }) => {
    const { key } = await setup()
    const token = leak.token ?? key.token
    await reportLeaks([{ ...leak, token: key.token }, { token }], SCANNER)
    const { leakUrl, leakSource } = await rowOf(key.id)
    return { leakUrl, leakSource, token: key.token }
  }

  it.each([
    ['as it is', (token: string) => `https://a.example/?key=${token}`],
    ['encoded', (token: string) => `https://a.example/?key=${token.replaceAll('_', '%5F')}`],
    ['encoded twice', (token: string) => `https://a.example/?key=%2573${token.slice(1)}`],
    ['cut short', (token: string) => `https://a.example/?key=${token.slice(0, -1)}`],
  ])('G1: is kept without a token that it holds: %s', async (_, write) => {
    const { key } = await setup()
    await report({ token: key.token, url: write(key.token), source: key.token })
    const kept = JSON.stringify([await rowOf(key.id), await leaksOf(key.actor.clubId)])
    expect(kept).toContain('https://a.example')
    expect(kept).not.toContain(key.token.slice(12, 40))
  })

  it.each([
    ['of a token whose beginning is reported, too', true],
    ['of one of which nothing else is reported', false],
  ])('G1: is kept without the rest %s', async (_, isWhole) => {
    const { key } = await setup()
    const written = isWhole ? key.token : mintToken().secret.reveal()
    const url = `https://a.example/?key=${written}`
    await reportLeaks([{ token: key.token.slice(0, 8) }, { token: key.token, url }], SCANNER)
    const kept = JSON.stringify([await rowOf(key.id), await leaksOf(key.actor.clubId)])
    expect(kept).toContain('https://a.example')
    expect(kept).not.toContain(written.slice(12, 40))
  })

  it('is one bounded line of what can be seen', async () => {
    const { leakUrl, leakSource } = await keptOf({
      url: `https://a.example/\u202e\u0000\u001b[2J\n${'x'.repeat(2_000)}`,
      source: `\ud800 ${'😀'.repeat(100)}`,
    })
    expect(leakUrl).toHaveLength(500)
    expect(leakUrl).not.toMatch(/\p{Cc}|\u202e/u)
    expect([...leakSource!].length).toBeLessThanOrEqual(80)
    expect(leakSource!.isWellFormed()).toBe(true)
  })

  it('grows by no text that stands for a token', async () => {
    const { key } = await setup()
    const others = Array.from({ length: 99 }, (_, n) => ({
      token: '*e*redacted]['.slice(n % 9, (n % 9) + 4),
    }))
    await reportLeaks([{ token: key.token, url: 'e'.repeat(2_000) }, ...others], SCANNER)
    expect((await rowOf(key.id)).leakUrl).toBe('e'.repeat(500))
  })

  it('is nothing where nothing is said', async () => {
    expect(await keptOf({ url: ' \n ' })).toMatchObject({ leakUrl: null, leakSource: 'A scanner' })
  })
})

describe('a token of another system', () => {
  const { row, take } = useImports()

  it('is found by its digest, whatever it looks like', async () => {
    const cells = row()
    await take([cells])
    expect(await report({ token: cells.token })).toMatchObject([{ acted: true }])
  })
})

it('a club decides for itself, and another policy than the two is none', async () => {
  const { id } = await makeClub()
  await expect(demand(id, { onLeak: randomBytes(4).toString('hex') })).rejects.toThrow() // prettier-ignore
})

import fc from 'fast-check'
import { createApiKey, getApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { AddressList } from '@/lib/auth/address-list'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { actorOf, makeKey, twoClubs, useDatabase } from '../../support/club'

useDatabase()

const OFFICE = ['203.0.113.0/24', '2001:db8::/32']

async function setup() {
  const { home } = await twoClubs()
  const key = await makeKey(home.coach, { allowedCidrs: OFFICE })
  return {
    home,
    key,
    change: (allowedCidrs: string[] | null) => updateApiKey(key.actor, { id: key.id, allowedCidrs }),
  }
}
const REFUSED = { code: 'validation_failed', errors: [{ path: 'allowedCidrs', message: expect.any(String) }] }

describe('a key’s addresses', () => {
  it('are kept, shown, handed to the verifier and on record', async () => {
    const { home, key } = await setup()
    expect(await getApiKey(home.keys.coach.actor, { id: key.id })).toMatchObject({ allowedCidrs: OFFICE })
    const verified = await validateApiKey(key.token)
    expect(verified.ok && verified.key.allowedCidrs?.toStrings()).toEqual(OFFICE)
    const made = await db().auditEvent.findFirstOrThrow({
      where: { targetId: key.id, action: 'api-key.create' },
    })
    expect(made.changes).toMatchObject({ allowedCidrs: { from: null, to: OFFICE } })
  })

  it('change with the commit, are on record with what they were, and end with null', async () => {
    const { home, key } = await setup()
    const owner = operatorActor(home.clubId, home.coach.userId, 'test')
    await validateApiKey(key.token)
    expect(await updateApiKey(owner, { id: key.id, allowedCidrs: ['198.51.100.7'] })).toMatchObject({
      allowedCidrs: ['198.51.100.7/32'],
    })
    const verified = await validateApiKey(key.token)
    expect(verified.ok && verified.key.allowedCidrs?.toStrings()).toEqual(['198.51.100.7/32'])
    expect(await updateApiKey(owner, { id: key.id, allowedCidrs: null })).toMatchObject({
      allowedCidrs: null,
    })
    const rows = await db().auditEvent.findMany({
      where: { targetId: key.id, action: 'api-key.update' },
      orderBy: { at: 'asc' },
    })
    expect(rows.map(({ changes }) => changes)).toEqual([
      { allowedCidrs: { from: OFFICE, to: ['198.51.100.7/32'] } },
      { allowedCidrs: { from: ['198.51.100.7/32'], to: null } },
    ])
  })

  it('stay as they are where a change does not speak of them', async () => {
    const { key } = await setup()
    expect(await updateApiKey(key.actor, { id: key.id, name: 'renamed' })).toMatchObject({
      allowedCidrs: OFFICE,
    })
  })

  it('are refused whole: a bad network leaves nothing of a change behind', async () => {
    const { home, key } = await setup()
    const refused = {
      code: 'validation_failed',
      errors: [{ path: 'allowedCidrs.1', message: expect.any(String) }],
    }
    const change = updateApiKey(home.keys.coach.actor, {
      id: key.id,
      name: 'half',
      allowedCidrs: ['10.0.0.0/8', '10.0.0.1/8'],
    })
    await expect(change).rejects.toMatchObject(refused)
    const before = await db().apiKey.count()
    const made = createApiKey(home.keys.coach.actor, {
      name: 'half',
      scopes: ['practices:read'],
      allowedCidrs: ['10.0.0.0/8', 'x'],
    })
    await expect(made).rejects.toMatchObject(refused)
    expect(await db().apiKey.count()).toBe(before)
    expect(await getApiKey(home.keys.coach.actor, { id: key.id })).toMatchObject({
      name: 'test key',
      allowedCidrs: OFFICE,
    })
  })
})

describe('escalation by address', () => {
  it('a key does not widen its own addresses', async () => {
    const { key, change } = await setup()
    for (const wider of [null, ['0.0.0.0/0'], [...OFFICE, '198.51.100.7'], ['203.0.112.0/23'], ['::/0']]) {
      await expect(change(wider)).rejects.toMatchObject(REFUSED)
    }
    expect(await getApiKey(key.actor, { id: key.id })).toMatchObject({ allowedCidrs: OFFICE })
  })

  it('a key narrows its own addresses, and not back', async () => {
    const { change } = await setup()
    expect(await change(['203.0.113.7'])).toMatchObject({ allowedCidrs: ['203.0.113.7/32'] })
    // Its request was verified while it had more: what counts is what it has now.
    await expect(change(OFFICE)).rejects.toMatchObject(REFUSED)
  })

  it('a key makes keys for its own addresses or fewer, and those unless told otherwise', async () => {
    const { key } = await setup()
    const make = (allowedCidrs?: string[] | null) =>
      createApiKey(key.actor, {
        name: 'child',
        scopes: ['practices:read'],
        ...(allowedCidrs !== undefined && { allowedCidrs }),
      })
    expect(await make()).toMatchObject({ allowedCidrs: OFFICE })
    expect(await make(['203.0.113.128/25'])).toMatchObject({ allowedCidrs: ['203.0.113.128/25'] })
    for (const wider of [
      null,
      ['203.0.113.0/23'].map(() => '203.0.112.0/23'),
      ['198.51.100.7'],
      [...OFFICE, '::1'],
    ]) {
      await expect(make(wider)).rejects.toMatchObject(REFUSED)
    }
  })

  it('a key sets no other key’s addresses beyond its own, nor enables what answers elsewhere', async () => {
    const { home, key } = await setup()
    const open = await makeKey(home.coach, { expiresAt: new Date(Date.now() + 3600_000) })
    await expect(
      updateApiKey(key.actor, { id: open.id, allowedCidrs: ['198.51.100.0/24'] }),
    ).rejects.toMatchObject(REFUSED)
    await updateApiKey(key.actor, { id: open.id, disabled: true })
    await expect(updateApiKey(key.actor, { id: open.id, disabled: false })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(
      await updateApiKey(key.actor, { id: open.id, disabled: false, allowedCidrs: ['203.0.113.7'] }),
    ).toMatchObject({
      status: 'expiring',
    })
  })

  it('whoever lets a key be used from more addresses holds every scope of it; fewer need none', async () => {
    const { home, key } = await setup()
    const weak = await makeKey(home.coach, { scopes: ['api-keys:write'], expiresAt: null })
    await expect(updateApiKey(weak.actor, { id: key.id, allowedCidrs: null })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
    expect(await updateApiKey(weak.actor, { id: key.id, allowedCidrs: ['203.0.113.7'] })).toMatchObject({
      allowedCidrs: ['203.0.113.7/32'],
    })
    await expect(updateApiKey(weak.actor, { id: key.id, allowedCidrs: OFFICE })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
  })

  it('an admin does not widen what is beyond their roles', async () => {
    const { home, key } = await setup()
    const admin = {
      ...operatorActor(home.clubId, home.admin.userId, 'test'),
      roles: ['CLUB_ADMIN' as const],
      scopes: home.keys.admin.actor.scopes,
    }
    await expect(updateApiKey(admin, { id: key.id, allowedCidrs: null })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await updateApiKey(admin, { id: key.id, allowedCidrs: ['203.0.113.7'] })).toMatchObject({
      allowedCidrs: ['203.0.113.7/32'],
    })
  })

  it('a key that was revoked after its request was verified changes no addresses', async () => {
    const { home, key } = await setup()
    const earlier = await actorOf(key.token)
    await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } })
    const change = updateApiKey(earlier, { id: home.keys.coach.id, allowedCidrs: ['203.0.113.7'] })
    await expect(change).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

it('writes networks as Postgres reads them', async () => {
  const group = fc.oneof(fc.constantFrom(0, 0, 0xffff), fc.nat(0xffff))
  const six = fc.tuple(fc.array(group, { minLength: 8, maxLength: 8 }), fc.nat(128)).map(([groups, bits]) => cut(groups, 16, bits).map((g) => g.toString(16)).join(':') + `/${bits}`) // prettier-ignore
  const four = fc.tuple(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), fc.nat(32)).map(([octets, bits]) => `${cut(octets, 8, bits).join('.')}/${bits}`) // prettier-ignore
  const asked = fc.sample(fc.oneof(six, four), { numRuns: 2_000, seed: 42 })
  const kept = asked.map((network) => AddressList.asked([network])!.toString())
  const [row] = await db().$queryRaw<{ same: bigint }[]>`
    SELECT count(*) AS same FROM unnest(${asked}::text[], ${kept}::text[]) AS n(asked, kept)
    WHERE kept::cidr = asked::cidr OR (family(kept::cidr) = 4 AND family(asked::cidr) = 6
      AND asked::cidr <<= '::ffff:0:0/96' AND masklen(kept::cidr) = masklen(asked::cidr) - 96)`
  expect(Number(row?.same)).toBe(asked.length)
})

/** Only the first `bits` bits. */
const cut = (parts: number[], size: number, bits: number) =>
  parts.map((part, i) => {
    const left = Math.max(0, Math.min(size, bits - i * size))
    return part & (((1 << size) - 1) ^ ((1 << (size - left)) - 1))
  })

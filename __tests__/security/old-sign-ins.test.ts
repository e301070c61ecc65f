import type { Operation } from '@/contracts/operation'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeDelivery } from '../resources/webhooks'
import { makeClub, makeKey, makeMember, makePractice, makeServiceAccount, useDatabase } from '../support/club'
import { bodyOf, targetFor } from '../support/fixtures'
import { ask, signedIn } from '../support/in-process'
import { BODIES, inviteSomebody, operationOf, requestOf, ROWS } from '../support/old-sign-ins'
import { membershipOf } from '../support/sign-in'
import { operations } from '../support/tenancy'

useDatabase()
afterEach(flushUses)

const nameOf = ({ method, path: target }: Operation) => `${method} ${target}`

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const coach = await makeMember(clubId, ['COACH', 'ATHLETE'])
  const account = await makeServiceAccount(clubId, ['COACH'])
  const { id: webhook, deliveryId: delivery } = await makeDelivery({ clubId })
  const make = () => makeKey(admin, { scopes: ['practices:read', 'members:read'], expiresAt: null })
  return {
    me: admin,
    make,
    key: (await make()).id,
    coachKey: (await makeKey(coach)).id,
    member: (await membershipOf(coach)).id,
    invited: await inviteSomebody(clubId),
    account: account.id,
    practice: (await makePractice(admin)).id,
    webhook,
    delivery,
    fresh: await signedIn(admin),
    old: await signedIn(admin, 180),
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

function send(on: Scene, act: string, as: 'fresh' | 'old') {
  const { method, target, body } = requestOf(act, on)
  return ask(on[as], method, target, body)
}

/** Disables five keys by the old sign-in, as many as it may. */
async function useUpBrake({ make, old }: Scene): Promise<void> {
  for (let i = 0; i < 5; i++)
    expect((await ask(old, 'PATCH', `api-keys/${(await make()).id}`, { disabled: true })).status).toBe(200)
}

describe('the table of what a sign-in may do that is not fresh', () => {
  it.each(Object.entries<Operation>(operations).filter(([, { method }]) => method !== 'GET'))(
    'has a row for %s, or it is for any sign-in: it changes no key, right or member',
    async (name, operation) => {
      if (ROWS.some(({ act }) => operationOf(act) === nameOf(operation))) return
      const { me, old } = await setup()
      // No sign-in can do it.
      if (name === 'revokeOwnKey') return expect((await ask(old, 'POST', 'whoami/revoke')).status).toBe(403)
      expect(operation.act).toBeUndefined()
      const target = (await targetFor(name, operation, me)).replace('/api/v1/', '')
      const answer = await ask(old, operation.method, target, await bodyOf(name, me, true))
      expect(answer.status).toBe(operation.status)
    },
  )

  it('has no row for what is no operation, and a request here for each of the others', () => {
    const known = Object.values<Operation>(operations).map(nameOf)
    const rows = ROWS.filter(({ act }) => operationOf(act) !== undefined)
    for (const { act } of rows) expect(known).toContain(operationOf(act))
    expect(rows.map(({ act }) => act).sort()).toEqual(Object.keys(BODIES).sort())
  })

  it.each(ROWS.filter(({ act }) => operationOf(act) !== undefined))(
    'holds: $act, a sign-in that is $signIn',
    async ({ act, signIn }) => {
      const on = await setup()
      if (act.includes('the sixth')) await useUpBrake(on)
      if (act.includes('disabled: false'))
        await db().apiKey.update({ where: { id: on.key }, data: { disabledAt: new Date() } })
      const answer = await send(on, act, 'old')
      if (signIn === 'fresh') {
        expect(await answer.json()).toMatchObject({ code: 'reauthentication_required' })
        expect((await send(on, act, 'fresh')).status).toBeLessThan(300)
      } else {
        expect(signIn).toMatch(/^any/)
        expect(answer.status).toBeLessThan(300)
      }
    },
  )

  it.each(Object.entries<Operation>(operations).filter(([, { method }]) => method === 'GET'))(
    'lets any sign-in read: %s',
    async (name, operation) => {
      const { me, old } = await setup()
      const target = (await targetFor(name, operation, me)).replace('/api/v1/', '')
      const query = target.endsWith('/impact') ? '?act=remove' : ''
      expect((await ask(old, 'GET', target + query)).status).toBe(200)
    },
  )
})

describe('the emergency brake of a sign-in that is not fresh', () => {
  it('stops five keys, each once, and is its own: another sign-in has as many', async () => {
    const on = await setup()
    const again = async () => ask(on.old, 'PATCH', `api-keys/${on.key}`, { disabled: true })
    // A key that is already disabled does not count again.
    for (let i = 0; i < 7; i++) expect((await again()).status).toBe(200)
    for (let i = 0; i < 4; i++)
      expect(
        (await ask(on.old, 'PATCH', `api-keys/${(await on.make()).id}`, { disabled: true })).status,
      ).toBe(200)
    const { id } = await on.make()
    const more = (as: 'old' | 'fresh') => ask(on[as], 'PATCH', `api-keys/${id}`, { disabled: true })
    expect(await (await more('old')).json()).toMatchObject({ code: 'reauthentication_required' })
    expect(await db().apiKey.findUnique({ where: { id } })).toMatchObject({ disabledAt: null })
    expect((await more('fresh')).status).toBe(200)
  })

  it('takes no other change along', async () => {
    const { old, key } = await setup()
    const answer = await ask(old, 'PATCH', `api-keys/${key}`, { disabled: true, scopes: ['practices:read'] })
    expect(await answer.json()).toMatchObject({ code: 'reauthentication_required' })
  })
})

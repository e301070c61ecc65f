import { setTimeout as sleep } from 'node:timers/promises'
import { operatorActor } from '@/lib/auth/actor'
import { updateMember } from '@/lib/members/update'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
  type TestKey,
} from '../support/club'
import { relayTo } from '../support/relay'
import { startServer, type Server } from '../support/server'
import { browser, givePassword, membershipOf, signIn } from '../support/sign-in'
import type { Role } from '../support/tenancy'

const database = useDatabase()

const servers: Server[] = []
const serve = async (env: Record<string, string> = {}) => {
  const server = await startServer({ databaseUrl: database.url(), env })
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

/** What a request with the key does, right now: plan a practice, as a coach may, or be told 403. */
const plan = async (server: Server, { token }: TestKey) =>
  (
    await server.call('POST', '/api/v1/practices', token, {
      title: 'planned',
      startsAt: '2027-05-01T10:00:00Z',
    })
  ).status

type Owner = Member & { setRoles: (roles: Role[]) => Promise<unknown> }

async function person(): Promise<Owner> {
  const { id: clubId } = await makeClub()
  const member = await makeMember(clubId, ['COACH'])
  const { id } = await membershipOf(member)
  return { ...member, setRoles: (roles) => updateMember(operatorActor(clubId, null, 'test'), { id, roles }) }
}

async function account(): Promise<Owner> {
  const { id: clubId } = await makeClub()
  const member = await makeServiceAccount(clubId, ['COACH'])
  return {
    ...member,
    setRoles: (roles) => updateServiceAccount(operatorActor(clubId, null, 'test'), { id: member.id, roles }),
  }
}

/** A key that these servers have in memory, with the rights of a coach. */
async function cachedKey(owner: Owner, ...where: Server[]): Promise<TestKey> {
  const key = await makeKey(owner)
  for (const server of where) for (let i = 0; i < 3; i++) expect(await plan(server, key)).toBe(201)
  return key
}

/** Milliseconds from `started` until a server no longer lets the key plan. */
async function narrowedAfter(server: Server, key: TestKey, started: number): Promise<number> {
  for (;;) {
    const status = await plan(server, key)
    if (status === 403) return Date.now() - started
    expect(status).toBe(201)
    if (Date.now() - started > 10_000) throw new Error('still a coach after 10 s')
  }
}

describe('G4, G5: demoting an owner', () => {
  it.each([
    ['a person', person],
    ['a service account', account],
  ])(
    'changes what their key may do in two other processes within milliseconds of the commit, 25 times over: %s',
    async (_, make) => {
      const both = [await serve(), await serve()]
      const owner = await make()
      const key = await cachedKey(owner, ...both)
      const times: number[] = []
      for (let i = 0; i < 25; i++) {
        await owner.setRoles(['ATHLETE'])
        const committed = Date.now()
        times.push(...(await Promise.all(both.map((server) => narrowedAfter(server, key, committed)))))
        for (const server of both)
          expect((await server.call('GET', '/api/v1/whoami', key.token)).json()).toMatchObject({
            roles: ['ATHLETE'],
          })
        await owner.setRoles(['COACH'])
        for (const server of both)
          for (const until = Date.now() + 5_000; (await plan(server, key)) !== 201;)
            expect(Date.now()).toBeLessThan(until)
      }
      times.sort((a, b) => a - b)
      // As with revocations: the bound itself (p99 at most 50 ms) needs a machine that does nothing else; the
      // median must keep it here.
      expect(times[25]).toBeLessThanOrEqual(50)
      expect(times.at(-1)).toBeLessThan(3_000)
    },
    120_000,
  )

  it('changes it on the very next request in the process that was told', async () => {
    const server = await serve()
    const owner = await person()
    const admin = await makeMember(owner.clubId, ['CLUB_ADMIN'])
    await givePassword(admin)
    const { json } = await server.call('GET', '/api/v1/whoami', (await makeKey(admin)).token)
    const { club } = json() as { club: { slug: string } }
    const ask = browser(server, await signIn(server, admin), club.slug)
    const path = `/api/v1/members/${(await membershipOf(owner)).id}`
    const key = await cachedKey(owner, server)
    for (let i = 0; i < 10; i++) {
      expect((await ask({ method: 'PATCH', path, body: { roles: ['ATHLETE'] } })).status).toBe(200)
      expect(await plan(server, key)).toBe(403)
      expect((await ask({ method: 'PATCH', path, body: { roles: ['COACH'] } })).status).toBe(200)
      expect(await plan(server, key)).toBe(201)
    }
  }, 60_000)

  it('changes it within 5 s where the channel fell silent without closing', async () => {
    const relay = await relayTo(database.directUrl())
    try {
      const server = await serve({ DATABASE_DIRECT_URL: relay.url })
      await sleep(1_000)
      const owner = await person()
      const key = await cachedKey(owner, server)
      relay.cut()
      await owner.setRoles(['ATHLETE'])
      expect(await narrowedAfter(server, key, Date.now())).toBeLessThan(5_000)
    } finally {
      await relay.close()
    }
  }, 60_000)

  it('has changed it for the first request of a process that was stopped (SIGSTOP) for 10 s meanwhile', async () => {
    const server = await serve()
    const owner = await person()
    const key = await cachedKey(owner, server)
    server.process.kill('SIGSTOP')
    try {
      await owner.setRoles(['ATHLETE'])
      await sleep(10_000)
    } finally {
      server.process.kill('SIGCONT')
    }
    expect(await plan(server, key)).toBe(403)
  }, 60_000)
})

import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { operatorActor } from '@/lib/auth/actor'
import { revokeApiKey } from '@/lib/auth/api-key'
import { endAllLoginSessions } from '@/lib/sign-in/login-session'
import { db } from '@/lib/db/client'
import { removeMember } from '@/lib/members/remove'
import { changesHeard, makeMember, makeServiceAccount, useDatabase } from '../support/club'
import { requestBytes, type RawRequest } from '../support/raw-http'
import { useServer } from '../support/server'
import { forgetAttempts, membershipOf, useSession } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
beforeEach(forgetAttempts)

/**
 * Sends everything but the body's last byte, and that only when `meanwhile` is done. @returns the answer's
 * status
 */
async function slowly(request: RawRequest, meanwhile: () => Promise<unknown>): Promise<number> {
  const bytes = requestBytes({ method: 'POST', ...request })
  const socket = connect(server().port, '127.0.0.1')
  const answer = new Promise<string>((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('error', reject).on('end', () => resolve(text))
  })
  socket.write(bytes.subarray(0, -1))
  // Long enough for whoever asks before the body is there to have asked.
  await sleep(500)
  await meanwhile()
  await changesHeard()
  socket.write(bytes.subarray(-1))
  return Number((await answer).split(' ')[1])
}

async function setup() {
  const session = await useSession(server())
  const { home, member } = session
  const account = await makeServiceAccount(home.clubId, ['CLUB_ADMIN'])
  // A club keeps an admin.
  await makeMember(home.clubId, ['CLUB_ADMIN'])
  const { id } = await membershipOf(member)
  const body = JSON.stringify({ name: 'taken along', scopes: ['practices:read'], ownerId: account.userId })
  const headers: [string, string][] = [
    ['Cookie', session.cookie],
    ['X-Club', home.slug],
    ['Origin', `http://localhost:${server().port}`],
    ['Content-Type', 'application/json'],
  ]
  const operator = operatorActor(home.clubId, null, 'test')
  const ask = (meanwhile: () => Promise<unknown>) =>
    slowly({ path: '/api/v1/api-keys', headers, body }, meanwhile)
  const keys = () => db().apiKey.count({ where: { clubId: home.clubId, userId: account.userId } })
  return { home, member, id, operator, ask, keys }
}

describe('G4: who is asked about when the body is there, not when it began', () => {
  it('the yardstick: an admin whose body comes late gets their key', async () => {
    const { ask, keys } = await setup()
    expect([await ask(async () => {}), await keys()]).toEqual([201, 1])
  })

  it.each<[string, number, (on: Awaited<ReturnType<typeof setup>>) => Promise<unknown>]>([
    ['removed', 404, ({ operator, id }) => removeMember(operator, { id })],
    ['signed out', 401, ({ member }) => endAllLoginSessions(member.userId)],
  ])('an admin who was %s meanwhile receives no service account’s token', async (_, status, meanwhile) => {
    const on = await setup()
    expect([await on.ask(() => meanwhile(on)), await on.keys()]).toEqual([status, 0])
  })

  it('a key that was revoked meanwhile changes nothing', async () => {
    const { home } = await setup()
    const { token, id, actor } = home.keys.coach
    const request = {
      path: '/api/v1/practices',
      headers: [
        ['Authorization', `Bearer ${token}`],
        ['Content-Type', 'application/json'],
      ] as [string, string][],
      body: JSON.stringify({ title: 'too late', startsAt: '2027-05-01T10:00:00Z' }),
    }
    expect(await slowly(request, () => revokeApiKey(actor, { id }))).toBe(401)
    expect(await db().practice.count({ where: { clubId: home.clubId } })).toBe(0)
  })
})

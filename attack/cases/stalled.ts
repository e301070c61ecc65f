import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { makeKey } from '../../__tests__/support/club'
import type { RawResponse } from '../../__tests__/support/raw-http'
import { linkTo, membershipOf, PASSWORD, postForm, setCookies } from '../../__tests__/support/sign-in'
import type { Attack } from '../attack'
import { act, enter, withKey } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Acts that end something while the database stalls: none is answered as if it had been done, and each can be
// sent again.

async function setup(stage: Stage) {
  const strict = await stage.strict()
  const { server } = strict
  const scene = await enter(server)
  const { home, member } = scene
  const key = await makeKey(home.coach)
  return {
    ...scene,
    strict,
    server,
    key,
    coach: await membershipOf(home.coach),
    identity: await linkTo(member.userId, { issuer: strict.issuer, claims: { sub: home.slug } }),
    fullKey: withKey(server, home.keys.admin.token),
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

/** What the database holds of it, as `true` once it is done. */
type Act = {
  what: string
  send: (scene: Scene, stage: Stage) => Promise<{ said: string | number; answer: RawResponse }>
  isDone: (scene: Scene) => Promise<boolean>
  /** How sending it again after it was done may be answered, besides success. */
  again?: (string | number)[]
}

const rest =
  (call: (scene: Scene) => Promise<RawResponse>): Act['send'] =>
  async (scene) => {
    const answer = await call(scene)
    return { said: answer.status, answer }
  }
const standing = async (userId: string) => db().loginSession.count({ where: { userId, revokedAt: null } })
const keyOf = ({ key }: Scene) => db().apiKey.findUnique({ where: { id: key.id } })

const ACTS: Act[] = [
  {
    what: 'signing out',
    send: rest(({ server, cookie }) => postForm(server, '/api/auth/signout', {}, [cookie])),
    isDone: async ({ member }) => (await standing(member.userId)) === 0,
    again: [403],
  },
  {
    what: 'signing out everywhere',
    send: (scene, stage) =>
      act(stage, scene.server, { name: 'endSignIns', page: '/account', cookie: scene.cookie, args: [] }),
    isDone: async ({ member }) => (await standing(member.userId)) === 0,
    again: ['missing_credentials', '401'],
  },
  {
    what: 'changing the password',
    send: (scene, stage) =>
      act(stage, scene.server, {
        name: 'replacePassword',
        page: '/account',
        cookie: scene.cookie,
        args: [{ current: PASSWORD, next: 'nine other words which no one guesses', unlink: [] }],
      }),
    isDone: async ({ member, sid }) =>
      (await db().loginSession.findUnique({ where: { id: sid } }))?.revokedAt !== null &&
      member.userId !== '',
    again: ['missing_credentials', '401', 'validation_failed'],
  },
  {
    what: 'unlinking an identity',
    send: (scene, stage) =>
      act(stage, scene.server, {
        name: 'unlinkOwn',
        page: '/account',
        cookie: scene.cookie,
        args: [{ id: scene.identity }],
      }),
    isDone: async ({ identity }) => (await db().account.count({ where: { id: identity } })) === 0,
    again: ['not_found'],
  },
  {
    what: 'revoking a key by session',
    send: rest(({ asks, key }) => asks('POST', `api-keys/${key.id}/revoke`)),
    isDone: async (scene) => (await keyOf(scene))?.revokedAt !== null,
  },
  {
    what: 'revoking a key by another key',
    send: rest(({ home, key, server }) =>
      withKey(server, home.keys.coach.token)('POST', `api-keys/${key.id}/revoke`),
    ),
    isDone: async (scene) => (await keyOf(scene))?.revokedAt !== null,
  },
  {
    what: 'revoking many keys',
    send: rest(({ asks, key, home }) =>
      asks('POST', 'api-keys/revoke', { ids: [key.id, home.keys.coach.id] }),
    ),
    isDone: async (scene) => (await keyOf(scene))?.revokedAt !== null,
  },
  {
    what: 'revoking a key by its page',
    send: (scene, stage) =>
      act(stage, scene.server, {
        name: 'revokeKey',
        page: `/clubs/${scene.home.slug}/keys`,
        cookie: scene.cookie,
        args: [scene.home.slug, { id: scene.key.id }],
      }),
    isDone: async (scene) => (await keyOf(scene))?.revokedAt !== null,
  },
  {
    what: 'deleting a key',
    send: rest(({ asks, key }) => asks('DELETE', `api-keys/${key.id}`)),
    isDone: async (scene) => (await keyOf(scene)) === null,
    again: [404],
  },
  {
    what: 'disabling a key',
    send: rest(({ asks, key }) => asks('PATCH', `api-keys/${key.id}`, { disabled: true })),
    isDone: async (scene) => (await keyOf(scene))?.disabledAt !== null,
  },
  {
    what: 'narrowing a key',
    send: rest(({ asks, key }) => asks('PATCH', `api-keys/${key.id}`, { scopes: ['practices:read'] })),
    isDone: async (scene) => (await keyOf(scene))?.scopes.length === 1,
  },
  {
    what: 'taking a role away',
    send: rest(({ asks, coach }) => asks('PATCH', `members/${coach.id}`, { roles: ['ATHLETE'] })),
    isDone: async ({ home }) => (await membershipOf(home.coach)).roles.join() === 'ATHLETE',
  },
  {
    what: 'suspending a member',
    send: rest(({ asks, coach }) => asks('PATCH', `members/${coach.id}`, { status: 'SUSPENDED' })),
    isDone: async ({ home }) => (await membershipOf(home.coach)).status === 'SUSPENDED',
  },
  {
    what: 'removing a member',
    send: rest(({ asks, coach }) => asks('POST', `members/${coach.id}/remove`)),
    isDone: async ({ home }) => (await membershipOf(home.coach)).status === 'REMOVED',
    again: [409],
  },
]

/** How the database stalls while `run` runs. */
type Stall = {
  how: string
  /** What it was sent it may still do when nobody waits for it any more. */
  late?: true
  during: <T>(scene: Scene, stage: Stage, run: () => Promise<T>) => Promise<T>
}
/** It takes statements and does not answer, or answers and is not heard. */
const silent =
  (way: 'cut' | 'mute'): Stall['during'] =>
  async ({ strict: { relay } }, _, run) => {
    relay[way]()
    try {
      return await run()
    } finally {
      relay.mend()
    }
  }
const STALLS: Stall[] = [
  { how: 'hears nothing', during: silent('cut') },
  { how: 'does it, and its answer is lost', late: true, during: silent('mute') },
  {
    how: 'waits for a lock',
    during: async (_, { postgres }, run) => {
      const holder = new Client(postgres.directUrl)
      await holder.connect()
      try {
        await holder.query(
          'BEGIN; LOCK TABLE "ApiKey", "LoginSession", "Membership", "Account" IN EXCLUSIVE MODE',
        )
        return await run()
      } finally {
        await holder.query('ROLLBACK').finally(() => holder.end())
      }
    },
  },
  {
    how: 'is stopped (SIGSTOP)',
    late: true,
    during: async (_, { postgres }, run) => {
      await postgres.pause()
      try {
        return await run()
      } finally {
        await postgres.resume()
      }
    },
  },
]

/** Answers that say what was not done. */
const UNDONE = [503, '503', 'unavailable']
const isSuccess = (said: string | number) => said === 'ok' || (typeof said === 'number' && said < 300)
const endsSession = ({ headers }: RawResponse) =>
  setCookies(headers).some((line) => /session-token=;|session-token=[^;]*;.*Max-Age=0/i.test(line))

async function untilServed({ fullKey }: Scene): Promise<void> {
  for (let i = 0; i < 60 && (await fullKey('GET', 'whoami')).status !== 200; i++)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

async function tryOne(stage: Stage, { late, during }: Stall, { what, send, isDone, again = [] }: Act) {
  const { must, done } = checks()
  const scene = await setup(stage)
  const { said, answer } = await during(scene, stage, () => send(scene, stage))
  must(`${what}: the answer`, UNDONE.includes(said), true)
  if (!UNDONE.includes(said)) must('it said', said, 503)
  must('the cookie is taken away', endsSession(answer), false)
  await untilServed(scene)
  if (!late) must('done by itself', await isDone(scene), false)
  const wasDone = await isDone(scene)
  const second = await send(scene, stage)
  must(
    `sent again, ${String(second.said)}`,
    isSuccess(second.said) || (wasDone && again.includes(second.said)),
    true,
  )
  must('done in the end', await isDone(scene), true)
  return done()
}

/** Each act while the database hears nothing, and while it stalls in one of the other ways. */
export const stalled: Attack[] = STALLS.flatMap((stall, way) =>
  ACTS.filter((_, i) => way === 0 || i % (STALLS.length - 1) === way - 1).map((one): Attack => ({
    kind: 'stalled',
    tried: `${one.what} while the database ${stall.how}`,
    run: (stage) => tryOne(stage, stall, one),
  })),
)

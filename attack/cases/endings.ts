import { makeClub, makeKey, makeServiceAccount, type Member } from '../../__tests__/support/club'
import { givePassword, membershipOf, signIn } from '../../__tests__/support/sign-in'
import { db } from '@/lib/db/client'
import type { Attack } from '../attack'
import { enter, flood, inTurn, withKey, withSession, type Caller } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'
import { CALLS } from '../strict'

// What somebody who has a key or a cookie of another does in a loop, while its owner ends it.

const NO_ID = '00000000-0000-4000-8000-000000000000'
const KEY = { name: 'made', scopes: ['practices:read'] }
const MORE_THAN_ENOUGH = CALLS.key + 30

async function setup(stage: Stage) {
  const strict = await stage.strict()
  const { server } = strict
  const { home, cookie, asks } = await enter(server)
  const { admin } = home
  // In another club, too.
  const second = await makeClub()
  const there: Member = { ...admin, clubId: second.id, roles: ['CLUB_ADMIN', 'COACH'] }
  await db().membership.create({
    data: { clubId: there.clubId, userId: there.userId, roles: there.roles },
  })
  return {
    strict,
    server,
    home,
    admin,
    cookie,
    asks,
    elsewhere: withSession(server, cookie, second.slug),
    there,
    full: home.keys.admin,
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

/** One round of the loop; the attacker's credential, and how its owner ends it. */
type Attacker = {
  round: (i: number) => ReturnType<Caller>
  end: [method: string, path: string, body?: unknown]
}

const loop =
  (caller: Caller, ...calls: [string, string, unknown?][]): Attacker['round'] =>
  (i) => {
    const [method, path, body] = inTurn(calls, i)
    return caller(method, path, body)
  }

async function leaked(
  { admin, server }: Scene,
  scopes: Parameters<typeof makeKey>[1],
  ...calls: [string, string, unknown?][]
): Promise<Attacker> {
  const { id, token } = await makeKey(admin, scopes)
  return { round: loop(withKey(server, token), ...calls), end: ['POST', `api-keys/${id}/revoke`] }
}

const ATTACKERS: [
  string,
  (scene: Scene, stage: Stage) => Promise<Attacker>,
  { refused?: false; long?: true }?,
][] = [
  [
    'a leaked key that only reads practices asks for keys',
    (scene) => leaked(scene, { scopes: ['practices:read'] }, ['POST', 'api-keys', {}]),
  ],
  [
    'a leaked key that only reads members changes, rotates and deletes ids that do not exist',
    (scene) =>
      leaked(
        scene,
        { scopes: ['members:read'] },
        ['PATCH', `api-keys/${NO_ID}`, { disabled: true }],
        ['DELETE', `api-keys/${NO_ID}`],
        ['POST', `api-keys/${NO_ID}/rotate`],
        ['PATCH', 'api-keys/x', { scopes: [] }],
        ['DELETE', 'api-keys/%00'],
      ),
  ],
  [
    'a leaked key asks for what only a person may do',
    (scene) =>
      leaked(
        scene,
        {},
        ['POST', `members/${NO_ID}/remove`],
        ['POST', 'members', { email: 'x@example.test', roles: ['COACH'] }],
        ['POST', 'service-accounts', { name: 'x', roles: ['COACH'] }],
        ['PATCH', 'club/policy', { maxKeyDays: 1 }],
      ),
  ],
  [
    'a leaked key that may write sends only bad bodies and bad ids',
    (scene) =>
      leaked(
        scene,
        {},
        ['POST', 'api-keys', { name: '' }],
        ['POST', 'api-keys/revoke', { ids: [NO_ID] }],
        ['PATCH', `api-keys/${NO_ID}`, { name: 'x' }],
        ['POST', `api-keys/${NO_ID}/revoke`],
      ),
    // It may make keys: its attempts are counted with those of all keys of its owner.
    { refused: false },
  ],
  [
    'a leaked key that may write makes keys, as many as it can',
    (scene) => leaked(scene, {}, ['POST', 'api-keys', KEY]),
    { refused: false },
  ],
  [
    'five leaked keys of one owner at once',
    async (scene) => {
      const keys = await Promise.all(
        Array.from({ length: 5 }, () =>
          makeKey(scene.admin, {
            scopes: ['members:read'],
            rateLimit: { limit: CALLS.key / 5, windowSeconds: 60 },
          }),
        ),
      )
      const callers = keys.map(({ token }) => withKey(scene.server, token))
      return {
        round: (i) => inTurn(callers, i)('POST', 'api-keys', {}),
        end: ['POST', 'api-keys/revoke', { ids: keys.map(({ id }) => id) }],
      }
    },
  ],
  [
    'a service account’s key makes keys and asks for more',
    async ({ admin, server }) => {
      const account = await makeServiceAccount(admin.clubId, ['COACH'])
      const { id, token } = await makeKey(account)
      return {
        round: loop(
          withKey(server, token),
          ['POST', 'api-keys', KEY],
          ['POST', 'api-keys', {}],
          ['DELETE', `api-keys/${NO_ID}`],
        ),
        end: ['POST', `api-keys/${id}/revoke`],
      }
    },
  ],
  [
    'a key of the same owner in another club',
    async ({ there, server, admin }) => {
      const { token } = await makeKey(there)
      const { id } = await makeKey(admin)
      return {
        round: loop(withKey(server, token), ['POST', 'api-keys', {}], ['POST', `api-keys/${id}/revoke`]),
        end: ['POST', `api-keys/${id}/revoke`],
      }
    },
  ],
  [
    'another member’s session asks for keys, and to end the admin’s',
    async ({ home, server, full }) => {
      await givePassword(home.athlete)
      const cookie = await signIn(server, home.athlete)
      return {
        round: loop(
          withSession(server, cookie, home.slug),
          ['POST', 'api-keys', KEY],
          ['POST', `api-keys/${full.id}/revoke`],
          ['POST', 'members', {}],
        ),
        end: ['POST', `members/${(await membershipOf(home.athlete)).id}/remove`],
      }
    },
  ],
  [
    'a stolen cookie of the same person that makes keys and ends what does not exist',
    async ({ admin, home, server }) => {
      const stolen = withSession(server, await signIn(server, admin), home.slug)
      const { id } = await makeKey(admin)
      return {
        round: loop(stolen, ['POST', 'api-keys/revoke', { ids: [NO_ID] }], ['DELETE', `api-keys/${NO_ID}`]),
        end: ['POST', `api-keys/${id}/revoke`],
      }
    },
  ],
]

export const endings: Attack[] = ATTACKERS.map(([what, attacker, { refused = true } = {}]): Attack => ({
  kind: 'ending',
  tried: `${what}, in a loop, while its owner ends it`,
  run: async (stage) => {
    const { must, done } = checks()
    const scene = await setup(stage)
    const { asks, elsewhere, server, full } = scene
    const { round, end } = await attacker(scene, stage)
    const [one, another] = [await makeKey(scene.admin), await makeKey(scene.admin)]
    const before = await flood(MORE_THAN_ENOUGH, round)
    const going = flood(60, round)
    // What another credential did must refuse none of these.
    const byKey = withKey(server, full.token)
    must(
      'another key of theirs disables one',
      (await byKey('PATCH', `api-keys/${one.id}`, { disabled: true })).status,
      200,
    )
    must('another key of theirs revokes one', (await byKey('POST', `api-keys/${one.id}/revoke`)).status, 200)
    must(
      'their session narrows one',
      (await asks('PATCH', `api-keys/${another.id}`, { scopes: ['practices:read'] })).status,
      200,
    )
    must('their session makes one', (await asks('POST', 'api-keys', KEY)).status, 201)
    must('their session makes one in another club', (await elsewhere('POST', 'api-keys', KEY)).status, 201)
    if (refused) must('another key of theirs makes one', (await byKey('POST', 'api-keys', KEY)).status, 201)
    must('their session ends it', (await asks(...end)).status, 200)
    await going
    // A refused call costs whoever makes it.
    must('the loop was refused with 429 in the end', (before[429] ?? 0) > 0, true)
    return done(JSON.stringify(before))
  },
}))

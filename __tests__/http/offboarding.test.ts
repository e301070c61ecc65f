import { randomUUID } from 'node:crypto'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeServiceAccount, useDatabase, type Member } from '../support/club'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import { forgetAttempts, membershipOf, useSession } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)
beforeEach(forgetAttempts)

async function setup() {
  const session = await useSession(server())
  const { home } = session
  const account = await makeServiceAccount(home.clubId, ['CLUB_ADMIN'], 'robot')
  const path = async (member: Member) => `/api/v1/members/${(await membershipOf(member)).id}`
  const handOver = async (member: Member, body: object) =>
    session.ask({
      method: 'POST',
      path: `${await path(member)}/hand-over`,
      body: { serviceAccountId: account.id, ...body },
    })
  return { ...session, account, path, handOver }
}

it('an admin hands a key over, then removes its owner: the new token works on, the old one is dead, and nothing keeps either', async () => {
  const { home, account, ask, path, handOver } = await setup()
  const { id, token } = home.keys.athlete
  const answer = await handOver(home.athlete, { keyIds: [id] })
  expect({ status: answer.status, body: answer.json() }).toMatchObject({
    status: 201,
    body: {
      keys: [
        {
          owner: { id: account.userId, kind: 'service' },
          rotatedFromId: id,
          key: expect.stringMatching(/^sk_club_/),
        },
      ],
    },
  })
  const [heir] = answer.json().keys as { id: string; key: string }[]
  const whoami = (key: string) => server().call('GET', '/api/v1/whoami', key)
  expect([(await whoami(token)).status, (await whoami(heir!.key)).status]).toEqual([200, 200])
  expect((await ask({ path: `${await path(home.athlete)}/impact?act=remove` })).json()).toMatchObject({
    keys: [{ id, replacedById: heir!.id }],
  })
  expect((await ask({ method: 'POST', path: `${await path(home.athlete)}/remove` })).status).toBe(200)
  expect([(await whoami(token)).status, (await whoami(heir!.key)).status]).toEqual([401, 200])
  expect((await rows.values()).filter(({ text }) => text.includes(heir!.key))).toEqual([])
  expect((await ask({ path: `/api/v1/api-keys/${heir!.id}` })).body).not.toContain(heir!.key)
  const events = (await ask({ path: `/api/v1/audit-events?targetId=${id}&action=api-key.hand-over` })).json()
    .data
  expect(events).toMatchObject([
    { actor: { user: { id: home.admin.userId } }, changes: { replacedById: { to: heir!.id } } },
  ])
})

it('refuses what is beyond the admin, naming the key, and changes nothing', async () => {
  const { home, handOver } = await setup()
  const before = await rows.all()
  const answer = await handOver(home.coach, { keyIds: [home.keys.coach.id] })
  const { errors } = expectProblem(answer, 'forbidden')
  expect(errors).toEqual([{ path: 'keyIds.0', message: expect.stringContaining('practices:write') }])
  expect(answer.headers['www-authenticate']).toContain('scope="practices:write"')
  expect(await rows.all()).toEqual(before)
})

it('answers foreign ids like missing ones, in the path and in the body, and bad input by its field', async () => {
  const { home, rival, handOver } = await setup()
  const theirs = await makeServiceAccount(rival.clubId, ['CLUB_ADMIN'])
  const good = [home.keys.athlete.id]
  const before = await rows.all()
  const inPath = [await handOver(rival.athlete, { keyIds: [rival.keys.athlete.id] })]
  const keys = [
    await handOver(home.athlete, { keyIds: [rival.keys.athlete.id] }),
    await handOver(home.athlete, { keyIds: [randomUUID()] }),
  ]
  const heirs = [
    await handOver(home.athlete, { keyIds: good, serviceAccountId: theirs.id }),
    await handOver(home.athlete, { keyIds: good, serviceAccountId: randomUUID() }),
  ]
  for (const answer of inPath) expectProblem(answer, 'not_found')
  for (const answer of keys) expectNamed(answer, 'keyIds')
  for (const answer of heirs) expectNamed(answer, 'serviceAccountId')
  for (const answers of [keys, heirs]) expect(new Set(answers.map(comparable)).size).toBe(1)
  for (const [body, field] of [
    [{ keyIds: [] }, 'keyIds'],
    [{ keyIds: [...good, ...good] }, 'keyIds'],
    [{ keyIds: ['x'] }, 'keyIds'],
    [{ keyIds: Array.from({ length: 51 }, () => randomUUID()) }, 'keyIds'],
    [{ keyIds: good, graceSeconds: -1 }, 'graceSeconds'],
    [{ keyIds: good, graceSeconds: 604_801 }, 'graceSeconds'],
    [{ keyIds: good, graceSeconds: 1.5 }, 'graceSeconds'],
    [{ keyIds: good, ownerId: home.admin.userId }, 'ownerId'],
    [{ keyIds: good, serviceAccountId: 'robot' }, 'serviceAccountId'],
  ] as const)
    expectNamed(await handOver(home.athlete, body), field)
  expect(await rows.all()).toEqual(before)
})

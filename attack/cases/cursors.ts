import { makeKey, makePractice } from '../../__tests__/support/club'
import { makeManyKeys } from '../../__tests__/support/many-keys'
import type { Attack } from '../attack'
import { enter, withKey, withSession, type Caller } from '../callers'
import { checks } from '../checks'

type Page = { data: { id: string }[]; nextCursor: string | null }

const pageOf = async (as: Caller, path: string) => (await as('GET', path)).json() as unknown as Page

/** All ids of a list, page by page. @param between runs after every page */
async function walk(
  as: Caller,
  path: string,
  between: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const { data, nextCursor }: Page = await pageOf(
      as,
      `${path}${cursor === null ? '' : `&cursor=${cursor}`}`,
    )
    ids.push(...data.map(({ id }) => id))
    cursor = nextCursor
    await between()
  } while (cursor !== null)
  return ids
}

export const cursors: Attack[] = [
  {
    kind: 'cursor',
    tried: 'lists of keys by their last use, while the keys are used between its pages',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home, asks } = await enter(server)
      const keys = await Promise.all(Array.from({ length: 12 }, () => makeKey(home.admin)))
      const never = await makeManyKeys(home.admin, 6)
      const all = [
        ...keys.map(({ id }) => id),
        ...never,
        ...Object.values(home.keys).map(({ id }) => id),
      ].sort()
      const use = async () => {
        await Promise.all(keys.map(({ token }) => withKey(server, token)('GET', 'whoami')))
        // Uses are written within a second.
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
      await use()
      for (const order of ['asc', 'desc'])
        for (const sort of ['lastUsedAt', 'createdAt', 'name', 'expiresAt']) {
          const ids = await walk(
            asks,
            `api-keys?sort=${sort}&order=${order}&limit=5`,
            sort === 'lastUsedAt' ? use : undefined,
          )
          must(`${sort} ${order}: twice`, ids.length - new Set(ids).size, 0)
          must(`${sort} ${order}: all`, [...ids].sort(), all)
        }
      return done()
    },
  },
  {
    kind: 'cursor',
    tried: 'a cursor of another list, order, filter, club, or somebody’s own making',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home, rival, asks } = await enter(server)
      await makeManyKeys(home.admin, 5)
      await makeManyKeys(rival.admin, 5)
      for (let i = 0; i < 3; i++) {
        await makePractice(home.coach)
        await makePractice(rival.coach)
      }
      const LISTS = [
        'api-keys?limit=1',
        'api-keys?limit=1&sort=name',
        'api-keys?limit=1&sort=name&order=desc',
        'api-keys?limit=1&sort=lastUsedAt',
        'api-keys?limit=1&status=active',
        'api-keys?limit=1&q=one',
        'practices?limit=1',
        'practices?limit=1&status=PUBLISHED',
        'members?limit=1',
        'audit-events?limit=1',
        'audit-events?limit=1&action=api-key.create',
      ]
      const byRival = withKey(server, rival.keys.admin.token)
      const cursorsOf = async (as: Caller) =>
        Promise.all(LISTS.map(async (list) => (await pageOf(as, list)).nextCursor))
      const [own, theirs] = [await cursorsOf(asks), await cursorsOf(byRival)]
      for (const [i, list] of LISTS.entries()) {
        must(`${list}: its own`, (await asks('GET', `${list}&cursor=${own[i] ?? ''}`)).status, 200)
        for (const [j, other] of LISTS.entries())
          if (i !== j)
            must(
              `${list}: that of ${other}`,
              (await asks('GET', `${list}&cursor=${own[j] ?? ''}`)).status,
              422,
            )
        must(
          `${list}: that of another club`,
          (await asks('GET', `${list}&cursor=${theirs[i] ?? ''}`)).status,
          422,
        )
        const [cursor = ''] = [own[i] ?? '']
        const mine = Buffer.from(
          JSON.stringify(['2027-03-01T18:00:00.000Z', '00000000-0000-4000-8000-000000000000']),
        ).toString('base64url')
        const flipped = `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`
        for (const bad of [mine, flipped, cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ''])
          must(`${list}: made up`, (await asks('GET', `${list}&cursor=${bad}`)).status, 422)
      }
      return done()
    },
  },
  {
    kind: 'cursor',
    tried: 'an admin’s cursor by an athlete of the same club, to see what is not theirs',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home, asks } = await enter(server)
      await makeManyKeys(home.admin, 8)
      for (let i = 0; i < 6; i++) await makePractice(home.coach, i % 2 ? 'DRAFT' : 'PUBLISHED')
      const athlete = withKey(server, home.keys.athlete.token)
      const own = new Set([home.keys.athlete.id])
      for (const list of [
        'api-keys?limit=2',
        'api-keys?limit=2&sort=lastUsedAt',
        'practices?limit=1',
        'members?limit=1',
      ]) {
        let { nextCursor } = await pageOf(asks, list)
        let seen: string[] = []
        for (let i = 0; i < 4 && nextCursor !== null; i++) {
          const answer = await athlete('GET', `${list}&cursor=${nextCursor}`)
          if (answer.status === 200)
            seen = seen.concat((answer.json().data as { id: string }[]).map(({ id }) => id))
          else must(`${list}: refused`, answer.status, 422)
          ;({ nextCursor } = await pageOf(asks, `${list}&cursor=${nextCursor}`))
        }
        const allowed = await walk(athlete, list)
        must(
          `${list}: rows that are not theirs`,
          seen.filter((id) => !allowed.includes(id)),
          [],
        )
        if (list.startsWith('api-keys'))
          must(
            `${list}: keys of others`,
            seen.filter((id) => !own.has(id)),
            [],
          )
      }
      const elsewhere = withSession(server, 'next-auth.session-token=x', home.slug)
      const { nextCursor } = await pageOf(asks, 'api-keys?limit=1')
      must('by nobody', (await elsewhere('GET', `api-keys?limit=1&cursor=${nextCursor ?? ''}`)).status, 401)
      return done()
    },
  },
]

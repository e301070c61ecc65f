import { Client } from 'pg'
import type { Attack } from '../attack'
import { enter } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Pages while the database is away, slow or in somebody's way.

async function pagesDuring(stage: Stage, begin: () => Promise<() => Promise<unknown>>) {
  const { must, done } = checks()
  const { server } = await stage.strict()
  const { home, cookie, asks } = await enter(server)
  const below = ['keys', `keys/${home.keys.admin.id}`, 'members', 'service-accounts', 'audit', 'settings']
  const paths = ['/', '/clubs', '/account', '/sign-in', ...below.map((path) => `/clubs/${home.slug}/${path}`)]
  const end = await begin()
  try {
    for (const path of paths) {
      const started = performance.now()
      const { status, headers } = await server.send({ path, headers: [['Cookie', cookie]] })
      const ms = performance.now() - started
      must(path, [status, headers['retry-after'] !== undefined], [503, true])
      must(`${path}: in time`, ms < 3_000, true)
      must(`${path}: has a policy`, headers['content-security-policy'] !== undefined, true)
    }
  } finally {
    await end()
  }
  for (let i = 0; i < 60 && (await asks('GET', 'practices')).status !== 200; i++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  return done()
}

export const outages: Attack[] = [
  {
    kind: 'outage',
    tried: 'the pages of somebody who is signed in while the database hears nothing',
    run: async (stage) => {
      const { relay } = await stage.strict()
      return pagesDuring(stage, async () => {
        relay.cut()
        return async () => relay.mend()
      })
    },
  },
  {
    kind: 'outage',
    tried: 'the same while somebody holds a table',
    run: (stage) =>
      pagesDuring(stage, async () => {
        const holder = new Client(stage.postgres.directUrl)
        await holder.connect()
        await holder.query('BEGIN; LOCK TABLE "LoginSession", "ApiKey" IN ACCESS EXCLUSIVE MODE')
        return () => holder.query('ROLLBACK').finally(() => holder.end())
      }),
  },
]

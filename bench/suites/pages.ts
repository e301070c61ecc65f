import { migrate } from '@/lib/db/migrate'
import { APP_ROLE } from '@/lib/db/embedded'
import { figure, one, quantile, type Figures } from '../support/figures'
import { serve } from '../support/servers'
import { environmentFor } from '../support/stage'
import type { Run } from '../support/suite'
import { startWorker, type Worker } from '../support/worker'
import type { Visitor } from '../workers/visitor'

const KEYS = 10_000

type Scene = { run: Run; visitor: Worker<Visitor>; origin: string; base: string; key: string }

/** What somebody with a browser waits for, in a club of 10,000 keys. */
export async function pages(run: Run): Promise<Figures> {
  const { stage, say } = run
  say(`making a club of ${KEYS.toLocaleString('en')} keys`)
  const database = await stage.empty('pages')
  await migrate(database.directUrl, { appUser: APP_ROLE })
  const env = environmentFor(database)
  const server = await serve('.', env)
  const origin = `http://127.0.0.1:${server.port}`
  const visitor = await startWorker<Visitor>('visitor', {
    place: 'all',
    env: { ...env, NEXTAUTH_URL: origin },
  })
  const scene = { run, visitor, origin, ...(await visitor.call('fill', { keys: KEYS })) }
  await stage.read(database, 'ANALYZE', [])
  const figures = { ...(await paints(scene)), ...(await steps(scene)), ...(await ending(scene)) }
  await visitor.call('close', undefined)
  await visitor.stop()
  await server.stop()
  return figures
}

/** Every page in every round; the first round warms the server up. */
async function paints({ run, visitor, origin, base, key }: Scene): Promise<Figures> {
  const paths = {
    keys: `${base}/keys`,
    key: `${base}/keys/${key}`,
    overview: `${base}/overview`,
    members: `${base}/members`,
    audit: `${base}/audit`,
  }
  run.say(`opening pages, with a quarter of a processor, ${run.rounds} rounds`)
  const seen: Record<string, number[]> = {}
  let shift = 0
  for (let round = -1; round < run.rounds; round++) {
    for (const [name, path] of Object.entries(paths)) {
      const one = await visitor.call('paint', { origin, path })
      if (round < 0) continue
      ;(seen[name] ??= []).push(one.paint)
      shift = Math.max(shift, one.shift)
    }
  }
  const loads = Object.entries(seen).map(([name, ms]) => [`pages_lcp_${name}_ms`, figure(ms, 'ms')] as const)
  const count = Object.values(seen).flat().length
  return { ...Object.fromEntries(loads), pages_shift: one(shift, 'CLS', count) }
}

async function steps({ run, visitor, origin, base }: Scene): Promise<Figures> {
  const times = run.quick ? 20 : 100
  run.say(`turning ${times} pages, opening a key ${times} times`)
  const visit = { origin, path: `${base}/keys`, times }
  const turned = await visitor.call('turnPages', visit)
  const opened = await visitor.call('openFirst', visit)
  const ms = (seen: typeof turned, what: 'answer' | 'drawn') => seen.map((step) => step[what])
  const p95 = (all: number[]) => one(quantile(all, 0.95), 'ms', all.length)
  return {
    pages_next_answer_ms: figure(ms(turned, 'answer'), 'ms'),
    pages_next_drawn_ms: figure(ms(turned, 'drawn'), 'ms'),
    pages_next_drawn_p95_ms: p95(ms(turned, 'drawn')),
    pages_key_answer_ms: figure(ms(opened, 'answer'), 'ms'),
    pages_key_drawn_ms: figure(ms(opened, 'drawn'), 'ms'),
    pages_key_drawn_p95_ms: p95(ms(opened, 'drawn')),
  }
}

async function ending({ run, visitor, origin, base }: Scene): Promise<Figures> {
  run.say(`revoking ${KEYS.toLocaleString('en')} keys from their page`)
  const ms = await visitor.call('revokeAll', { origin, path: `${base}/keys?q=script` })
  return { pages_revoke_all_s: one(ms / 1000, 's', 1) }
}

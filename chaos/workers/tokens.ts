import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { followChanges } from '@/lib/auth/follow-changes'
import { checksum } from '@/lib/auth/token'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { closeDb } from '@/lib/db/client'
import { authenticate } from '@/http/authenticate'
import { messageOf, receiving } from '../../__tests__/support/received'
import type { TokenFlood } from '../flood'
import { madeUpBody } from '../made-up'

// Presents random tokens to the door, in this process alone, and prints what was answered and what it cost in
// memory. Run with --expose-gc. Argument: how many.

const AT_ONCE = 50
const MALFORMED = (body: string) => `${body}000000`
const KINDS = [
  (body: string) => body + checksum(body),
  MALFORMED,
  (body: string) => body.slice(8),
  (body: string) => `old.${body}`,
]

void main(Number(process.argv[2]))

async function main(count: number): Promise<void> {
  followChanges()
  while (!verifiedKeys().trusted) await sleep(10)
  const answers: Record<string, number> = {}
  const present = async (i: number) => {
    const outcome = await arrive(i)
    const status = 'refusal' in outcome ? outcome.refusal.status : 'let in'
    answers[status] = (answers[status] ?? 0) + 1
  }
  const run = async (from: number, to: number) => {
    let next = from
    const work = async () => {
      while (next < to) await present(next++)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  // What fills up once (caches, limits, the compiler's own) is there after a tenth.
  await run(0, count / 10)
  const before = memory()
  const started = performance.now()
  await run(count / 10, count)
  const seconds = (performance.now() - started) / 1000
  const flood: TokenFlood = {
    tokens: count,
    answers,
    memoryMiB: { before, after: memory() },
    perSecond: Math.round((count * 0.9) / seconds),
  }
  process.stdout.write(JSON.stringify(flood))
  await closeDb()
  process.exit(0)
}

/** From so many addresses that what is kept of each would show. */
function arrive(i: number): ReturnType<typeof authenticate> {
  const token = KINDS[i % KINDS.length]?.(madeUpBody()) ?? ''
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`
  const headers = { authorization: `Bearer ${token}` }
  return receiving(messageOf({ headers, address }), () =>
    authenticate(new Request('http://localhost/api/v1/whoami', { headers })),
  )
}

/** What is alive, in MiB. */
function memory(): number {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20)
}

import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { tokenOf } from '../support/keys'
import { answerCalls } from '../support/worker'

// Run with --expose-gc: what a collection would free is not held.

const CONCURRENCY = 20
const MB = 1024 * 1024

type Held = { rss: number; heap: number }

/** Verifies the first `keys` keys once each. @returns what the process holds afterwards, in MB */
async function verifyAll({ keys }: { keys: number }): Promise<Held> {
  let next = 0
  const work = async () => {
    while (next < keys) {
      const { ok } = await validateApiKey(tokenOf(next++))
      if (!ok) throw new Error('a good key was refused')
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return held()
}

/** From here on answers are kept. */
async function follow(_: null): Promise<void> {
  followChanges()
  const token = tokenOf(0)
  while (validateApiKey(token) instanceof Promise) await sleep(20)
}

/** How many of the first `keys` are answered from memory. */
function countKept({ keys }: { keys: number }): number {
  let kept = 0
  for (let i = 0; i < keys; i++) if (!(validateApiKey(tokenOf(i)) instanceof Promise)) kept++
  return kept
}

async function held(): Promise<Held> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.()
    await sleep(100)
  }
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: rss / MB, heap: heapUsed / MB }
}

const handlers = { verifyAll, follow, countKept }
export type Hoard = typeof handlers
answerCalls(handlers)

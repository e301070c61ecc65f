import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import type { Prepare } from '../support/subject'

const PATIENCE_MS = 10_000

/**
 * Ours, as the middleware calls it. With `API_KEY_CACHE_SIZE=1` every token misses, is looked up and stored:
 * the way of a cold cache.
 */
export const prepare: Prepare = async ({ tokens }) => {
  followChanges()
  await untilFromMemory(tokens[0] ?? '')
  const verify = (token: string) => {
    const answer = validateApiKey(token)
    return answer instanceof Promise ? answer.then(({ ok }) => ok) : answer.ok
  }
  for (const token of tokens) await verify(token)
  return { verify, tokens }
}

/** The cache answers once its channel is proven alive. */
async function untilFromMemory(token: string): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; validateApiKey(token) instanceof Promise; await sleep(20)) {
    if (Date.now() > until) throw new Error('the cache did not come into use')
    await validateApiKey(token)
  }
}

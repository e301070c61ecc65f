import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Prepare } from '../support/subject'

/** The least that a cached verification can cost in this language: one SHA-256 and one look into an LRU. */
export const prepare: Prepare = async ({ tokens }) => {
  const cache = new LRUCache<string, { ok: boolean }>({ max: 100_000 })
  const digest = (token: string) => hash('sha256', token, 'binary')
  for (const token of tokens) cache.set(digest(token), { ok: true })
  return { verify: (token) => cache.get(digest(token))?.ok === true, tokens }
}

import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { unavailable } from '../errors'
import { log } from '../log'
import { readSigningKeys } from './signing-keys'

/** How long a list is used, in milliseconds; where a new one cannot be had, the old one goes on. */
const KEPT_MS = 24 * 3600 * 1000
/** The list is read at most once in this time, in milliseconds, however many unknown keys are named. */
const READ_EVERY_MS = 60_000
const TIMEOUT_MS = 5_000
const MAX_BYTES = 256 * 1024

type State = {
  from: string
  keys: ReadonlyMap<string, KeyObject> | null
  readAt: number
  triedAt: number
  reading: Promise<void> | null
}
const shared = globalThis as typeof globalThis & { clubkeysGithubKeys?: State }

function stateOf(from: string): State {
  if (shared.clubkeysGithubKeys?.from !== from)
    shared.clubkeysGithubKeys = { from, keys: null, readAt: -Infinity, triedAt: -Infinity, reading: null }
  return shared.clubkeysGithubKeys as State
}

/**
 * GitHub's key with this identifier, if it is a current one.
 * @param from an address, a file, or the list itself, as `GITHUB_SECRET_SCANNING_KEYS` says
 * @returns null: it has no such key
 * @throws Refusal `unavailable` where no list could be read yet
 */
export async function findGithubKey(from: string, id: string): Promise<KeyObject | null> {
  const state = stateOf(from)
  const known = state.keys?.get(id)
  // Who is known waits for nobody: neither for a new list, nor for one that a stranger's identifier set off.
  if (known && performance.now() - state.readAt > KEPT_MS) void readAgain(state)
  if (known) return known
  await readAgain(state)
  if (state.keys === null) throw unavailable()
  return state.keys.get(id) ?? null
}

function readAgain(state: State): Promise<void> {
  if (!state.reading && performance.now() - state.triedAt <= READ_EVERY_MS) return Promise.resolve()
  return (state.reading ??= readInto(state).finally(() => (state.reading = null)))
}

async function readInto(state: State): Promise<void> {
  state.triedAt = performance.now()
  try {
    state.keys = readSigningKeys(await textFrom(state.from))
    state.readAt = performance.now()
  } catch (error) {
    log.warn({ err: error }, 'GitHub’s public keys for secret scanning could not be read')
  }
}

function textFrom(from: string): Promise<string> {
  if (from.startsWith('{')) return Promise.resolve(from)
  return /^https?:/.test(from) ? fetched(from) : readFile(from, 'utf8')
}

async function fetched(address: string): Promise<string> {
  const response = await fetch(address, {
    headers: { accept: 'application/json', 'user-agent': 'clubkeys' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

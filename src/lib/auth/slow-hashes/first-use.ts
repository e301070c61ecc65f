import { LRUCache } from 'lru-cache'
import { appendAudit } from '../../audit/append'
import { NOWHERE } from '../../actor'
import { digestOf } from '../token'
import { verifiedKeys } from '../verified-keys'
import { db, readDirectly, type Transaction } from '../../db/client'
import { isTaken } from '../../db/taken'
import { networkOf } from '../../limits/network'
import { log } from '../../log'
import { settings } from '../../settings'
import { LONGEST_FOR_BCRYPT, matches } from './bcrypt'
import { FairTurns } from '../../fair-turns'

/** So many keys may begin alike; an import refuses more. */
export const MOST_ALIKE = 4
/** The shortest stored beginning is this much longer than the prefix that all tokens share. */
export const LEAST_OWN = 3
const LONGEST_LOOKUP = 64
const TRIED = 10_000
/** In milliseconds, where nothing tells this process what others import. */
const TRIED_UNTOLD_MS = 3_000

type Candidate = {
  source: Buffer<ArrayBuffer>
  hash: string
  apiKeyId: string
  clubId: string
  userId: string
  name: string
}
type State = {
  turns: FairTurns
  /** Of those who end a key by its token: no first use delays them (G13). */
  endings: FairTurns
  /** Tokens that were none, and the generation of changes in which they were. */
  tried: LRUCache<string, number>
  running: Map<string, Promise<boolean>>
}
const shared = globalThis as typeof globalThis & { clubkeysFirstUses?: State }
const state = (): State =>
  (shared.clubkeysFirstUses ??= {
    turns: new FairTurns({ atOnce: 2, perAddress: 64, all: 512, patienceMs: 2_000 }),
    endings: new FairTurns({ atOnce: 1, perAddress: 4, all: 512, patienceMs: 5_000 }),
    tried: new LRUCache({ max: TRIED }),
    running: new Map(),
  })

/** Whether a token that nobody knows by its SHA-256 may be one of which only a bcrypt hash is known. */
export function mayBeFirstUse(token: string): boolean {
  const { takesBcrypt, oldPrefixes } = settings()
  return (
    takesBcrypt &&
    token.length <= LONGEST_FOR_BCRYPT &&
    oldPrefixes.some((prefix) => token.startsWith(prefix))
  )
}

/**
 * The first use of a key of which only a bcrypt hash is known: if the token is one, its SHA-256 takes the
 * hash's place, so that every further use costs what any key's does. The one use of a good key that writes
 * (G6 names it).
 * @param digest the token's, by which simultaneous uses are one
 * @param by who takes turns with other first uses; `clubId`: only keys of that club are tried
 * @returns whether the key can be verified now
 * @throws Refusal `unavailable` where its turn does not come within two seconds
 */
export function atFirstUse(token: string, digest: string, by: Trier): Promise<boolean> {
  const { tried, running } = state()
  // What is no token of one club may be one of another.
  const name = by.clubId === undefined ? digest : `${digest} ${by.clubId}`
  if (tried.get(name) === verifiedKeys().generation) return NO
  const known = running.get(name)
  if (known) return known
  const trying = tryOnce(token, name, by).finally(() => running.delete(name))
  running.set(name, trying)
  return trying
}

/** Who makes this server compute, and for which club alone. */
type Trier = { turn: string; clubId?: string }

const NO = Promise.resolve(false)

/**
 * Whose turn it is goes by whose failures they are: one subscriber sends from as many addresses as they like.
 */
export const senderOf = (address: string | null) => (address === null ? 'unknown' : networkOf(address))

async function tryOnce(token: string, name: string, { turn, clubId }: Trier): Promise<boolean> {
  const { generation } = verifiedKeys()
  const { candidates, known } = await findCandidates(token, { clubId })
  if (known) {
    // Somebody else's first use of it has ended since it was looked up.
    verifiedKeys().forgetRefusals()
    return true
  }
  const found =
    candidates.length > 0 ? await state().turns.run(turn, () => firstMatch(token, candidates)) : null
  if (!found) {
    state().tried.set(name, generation, verifiedKeys().trusted ? {} : { ttl: TRIED_UNTOLD_MS })
    return false
  }
  await upgrade(token, found)
  return true
}

/**
 * The key of a token of which only a bcrypt hash is known, as its first use would find it, whatever this
 * process lets in; nothing is changed.
 * @param turn who wants to end it, in turns with others who do; left out: an operator, who has the time
 * @param clubId only keys of that club are tried
 * @returns what stands for its digest until then; null where there is no such key
 * @throws Refusal `unavailable` where the turn does not come within five seconds
 */
export async function findUnused(
  token: string,
  { turn, clubId }: Partial<Trier> = {},
): Promise<Buffer<ArrayBuffer> | null> {
  if (token.length > LONGEST_FOR_BCRYPT) return null
  const { candidates, known } = await findCandidates(token, { prefix: '', ended: true, clubId })
  if (known || candidates.length === 0) return null
  const match = () => firstMatch(token, candidates)
  const found = await (turn === undefined ? match() : state().endings.run(turn, match))
  return found?.source ?? null
}

/**
 * By every beginning of the token that may have been stored: no hash is tried that could not be its own.
 * @param ended whether keys count that have ended
 */
async function findCandidates(
  token: string,
  { prefix = shortestPrefixOf(token), ended = false, clubId }: Wanted,
): Promise<{ candidates: Candidate[]; known: boolean }> {
  const lookups: string[] = []
  for (let end = prefix.length + LEAST_OWN; end <= Math.min(token.length, LONGEST_LOOKUP); end++)
    lookups.push(token.slice(0, end))
  const found = await readDirectly<Candidate & { known: boolean }>('first-use', FIND_CANDIDATES, [
    lookups,
    digestOf(token),
    ended,
    clubId ?? null,
  ])
  if (found.length > MOST_ALIKE)
    log.warn({ most: MOST_ALIKE }, 'more imported keys begin alike than are tried: store longer beginnings')
  return { candidates: found.slice(0, MOST_ALIKE), known: found.some(({ known }) => known) }
}

type Wanted = { prefix?: string; ended?: boolean; clubId?: string | undefined }

/** Of several that fit, since any of them may be the one that it was imported under. */
const shortestPrefixOf = (token: string): string =>
  settings()
    .oldPrefixes.filter((one) => token.startsWith(one))
    .reduce((shortest, one) => (one.length < shortest.length ? one : shortest), token)

const FIND_CANDIDATES = `
  SELECT NULL AS "source", NULL AS "hash", k."id" AS "apiKeyId", k."clubId", k."userId", k."name", true AS "known"
    FROM "ApiKey" k WHERE k."digest" = $2
  UNION ALL
  (SELECT s."source", s."hash", s."apiKeyId", k."clubId", k."userId", k."name", false
     FROM "SlowHash" s JOIN "ApiKey" k ON k."id" = s."apiKeyId" AND k."digest" = s."source"
    WHERE s."hash" IS NOT NULL AND s."lookup" = ANY ($1::text[]) AND k."revokedAt" IS NULL
      AND ($3 OR k."expiresAt" IS NULL OR k."expiresAt" > now())
      AND ($4::text IS NULL OR k."clubId" = $4)
    ORDER BY length(s."lookup") DESC, s."source" LIMIT ${MOST_ALIKE + 1})`

async function firstMatch(token: string, candidates: readonly Candidate[]): Promise<Candidate | null> {
  for (const candidate of candidates) if (await matches(token, candidate.hash)) return candidate
  return null
}

/** Of those who try at once, one writes: the others find its digest there. */
async function upgrade(token: string, { source, apiKeyId, clubId, userId, name }: Candidate): Promise<void> {
  const digest = digestOf(token)
  const via = { kind: 'api_key', keyId: apiKeyId, keyName: name, expiresAt: null, metadata: {} } as const
  const write = async (tx: Transaction) => {
    const where = { clubId, id: apiKeyId, digest: source, revokedAt: null }
    const { count } = await tx.apiKey.updateMany({ where, data: { digest } })
    if (count === 0) return
    const act = {
      action: 'api-key.upgrade',
      targetId: apiKeyId,
      changes: { kind: { from: 'bcrypt', to: 'sha256' } },
    }
    await appendAudit(tx, { clubId, userId, via, trace: NOWHERE }, act)
  }
  await db()
    .$transaction(write)
    .catch((error: unknown) => {
      // The token is another key's already, or a deleted one's: verifying it says which.
      if (!isTaken(error)) throw error
    })
  verifiedKeys().forgetRefusals()
}

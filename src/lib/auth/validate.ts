import { LRUCache } from 'lru-cache'
import { definition } from '@/contracts/definition'
import { readDirectly } from '../db/client'
import { NEEDED_RULES, refuseOutrun, requireRulesOf, thisMoment } from '../db/floor'
import { Refusal, unavailable } from '../errors'
import { clubCeiling, keptClubRate, keptKeyRate, usualKeyRate } from '../limits/rate'
import { log } from '../log'
import { counter } from '../metrics'
import { tracedStatement } from '../tracing'
import { AddressList } from './address-list'
import { classifyToken, digestText } from './token'
import { verifiedKeys } from './verified-keys'
import type { RefusedFor, Verification } from './verification'

/**
 * Verifies a token: no SQL statement when the answer is in memory or the token is a malformed one of our own
 * brand, at most one otherwise (G6). Not a promise when the answer is at hand. The client's address is not
 * asked about: the code that lets a request in holds it against the key's `allowedCidrs`. Throws
 * `unavailable` in a process of a release that the database has outrun.
 * @param token the presented credential, as it came
 * @param through makes the statement, or throws where none is to be made; told whether the key was good the
 *   last time
 */
export function validateApiKey(
  token: string,
  through: Through = atOnce,
): Verification | Promise<Verification> {
  return verifyDigest(digestText(token), token, through)
}

/** The same for a caller that has the token's SHA-256 already, as `digestText` gives it. */
export function verifyDigest(
  digest: string,
  token: string,
  through: Through,
): Verification | Promise<Verification> {
  // Memory before the checksum: what is remembered was well-formed when it was looked up.
  const recalled = verifiedKeys().recall(digest)
  if (recalled) {
    fromMemory.count++
    return noted(recalled)
  }
  refuseOutrun()
  if (classifyToken(token) === 'malformed') return noted({ ok: false, reason: 'malformed' })
  const wasGood = verifiedKeys().wasGood(digest)
  const answer = verifiedKeys().answer(digest, () =>
    through(() => lookUp(Buffer.from(digest, 'latin1')), wasGood),
  )
  return answer instanceof Promise ? answer.then(noted, notVerified) : noted(answer)
}

const outcomes = counter('clubkeys_verifications_total', 'Verified tokens, by what came out.', 'outcome', [
  ...['ok', 'unknown', 'malformed', 'expired', 'revoked', 'disabled', 'owner_gone', 'honey'],
  ...['unavailable', 'rate_limited'],
])
const lookups = counter('clubkeys_cache_lookups_total', 'Verifications, by who knew the answer.', 'from', [
  'memory',
  'database',
])
const [good, fromMemory, fromDatabase] = [outcomes('ok'), lookups('memory'), lookups('database')]

/** Counts a verification that found its key in memory by itself. */
export function noteRecalled(): void {
  good.count++
  fromMemory.count++
}

function noted(verification: Verification): Verification {
  if (verification.ok) good.count++
  else outcomes(verification.reason).count++
  return verification
}

function notVerified(error: unknown): never {
  outcomes(error instanceof Refusal ? error.code : 'unavailable').count++
  throw error
}

/**
 * Runs the statement of verification for a token that nobody has. Rejects if no key could be verified now.
 */
export const lookUpNobody = async (): Promise<void> => void (await lookUp(NOBODY))

/** One text for all keys without notes. */
const NO_NOTES = '{}'

/** A digest for which nobody will find a token. */
const NOBODY = Buffer.alloc(32)

type Through = (lookUp: () => Promise<Verification>, wasGood: boolean) => Promise<Verification>
const atOnce: Through = (lookUp) => lookUp()

async function lookUp(digest: Buffer<ArrayBuffer>): Promise<Verification> {
  fromDatabase.count++
  const asked = thisMoment()
  const rows = await tracedStatement('SELECT', 'ApiKey', () =>
    readDirectly<Row>('verify', FIND_BY_DIGEST, [digest]),
  )
  const [row] = rows
  if (!row) throw new Error('the floor of rules was not read')
  requireRulesOf(row, asked)
  if (row.id === null) return { ok: false, reason: 'unknown' }
  if (rows.length > 1) throw twice(row)
  const reason = whyNot(row)
  if (reason) return { ok: false, reason, keyId: row.id }
  const { id, name, imported, expiresAt } = row
  const [clubId, clubSlug, userId] = [row.clubId, row.clubSlug ?? '', row.userId].map(sharedId) as [
    string,
    string,
    string,
  ]
  const madeAt = Math.floor(row.createdAt.getTime() / 1000)
  const rights = { roles: sharedRoles(row.roles ?? []), scopes: sharedScopes(row.scopes) }
  const rateLimit = keptKeyRate(row) ?? usualKeyRate()
  const clubRateLimit =
    keptClubRate({ rateLimit: row.clubRateLimit, rateWindow: row.clubRateWindow }) ?? clubCeiling()
  const allowedCidrs = AddressList.kept(row.allowedCidrs)
  return {
    ok: true,
    key: {
      ...{ id, name, imported, clubId, clubSlug, userId, ...rights, madeAt, expiresAt },
      ...{ allowedCidrs, rateLimit, clubRateLimit },
      metadata: row.metadata === NO_NOTES ? NO_NOTES : row.metadata,
    },
  }
}

/**
 * One array for all who hold the same of these: a hundred thousand remembered keys share a handful, where two
 * each would be more than half of their weight. What this version does not know is left out: it grants
 * nothing.
 */
function sharedSets(
  known: () => ReadonlyMap<string, unknown>,
): (given: readonly string[]) => readonly string[] {
  const sets = new Map<string, readonly string[]>()
  return (given) => {
    const set = [...known().keys()].filter((item) => given.includes(item))
    const name = JSON.stringify(set)
    const shared = sets.get(name) ?? set
    sets.set(name, shared)
    return shared
  }
}

/**
 * All keys of a club hold its id and slug, and all keys of a member the member's id: one copy of each serves
 * them.
 */
const ids = new LRUCache<string, string>({ max: 10_000 })
function sharedId(id: string): string {
  const known = ids.get(id)
  if (known === undefined) ids.set(id, id)
  return known ?? id
}

const sharedRoles = sharedSets(() => definition().roles)
const sharedScopes = sharedSets(() => definition().scopes)

/** Without an id: there is no such key. */
type Row = { needed: number } & (KeyRow | { id: null })
type KeyRow = {
  id: string
  name: string
  imported: boolean
  clubId: string
  /** null: the app has no such club any more. */
  clubSlug: string | null
  userId: string
  scopes: string[]
  allowedCidrs: string | null
  createdAt: Date
  expiresAt: Date | null
  disabledAt: Date | null
  honey: boolean
  revokedAt: Date | null
  /** null: the owner has left. */
  roles: string[] | null
  ownerIsActive: boolean | null
  keysToEnd: boolean
  /** The key's own, or its club's for keys that have none. */
  rateLimit: number | null
  rateWindow: number | null
  clubRateLimit: number | null
  clubRateWindow: number | null
  metadata: string
}

/**
 * OFFSET 0 has the app's views asked for one row, whatever they are made of: joined, one that groups rows would
 * first be made whole.
 */
const FIND_BY_DIGEST = `
  SELECT r."needed", k."id", k."name", k."imported", k."clubId", c."slug" AS "clubSlug", k."userId", k."scopes", k."allowedCidrs", k."createdAt", k."expiresAt", k."disabledAt", k."honey", k."revokedAt", k."metadata"::text AS "metadata",
         o."roles", o."active" AS "ownerIsActive", h."keysToEnd",
         coalesce(k."rateLimit", p."keyRateLimit") AS "rateLimit", coalesce(k."rateWindow", p."keyRateWindow") AS "rateWindow",
         p."rateLimit" AS "clubRateLimit", p."rateWindow" AS "clubRateWindow"
    FROM (SELECT ${NEEDED_RULES} AS "needed") r
    LEFT JOIN ("ApiKey" k JOIN "Holder" h ON h."clubId" = k."clubId" AND h."userId" = k."userId"
               LEFT JOIN "ClubPolicy" p ON p."clubId" = k."clubId") ON k."digest" = $1
    LEFT JOIN LATERAL (SELECT c."slug" FROM "club" c WHERE c."club_id" = k."clubId" OFFSET 0) c ON true
    LEFT JOIN LATERAL (
      SELECT o."roles", o."active" FROM "owner" o WHERE o."club_id" = k."clubId" AND o."user_id" = k."userId" OFFSET 0) o ON true`

function whyNot({
  revokedAt,
  honey,
  disabledAt,
  expiresAt,
  clubSlug,
  ownerIsActive,
  keysToEnd,
}: KeyRow): RefusedFor | null {
  if (revokedAt) return 'revoked'
  if (honey) return 'honey'
  if (disabledAt) return 'disabled'
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired'
  return !ownerIsActive || keysToEnd || clubSlug === null ? 'owner_gone' : null
}

/**
 * The app's views have two rows for one owner or club: nobody can know which holds. The keys may be good, so
 * that their callers are told to wait, not that they are wrong.
 */
function twice({ id, clubId, userId }: KeyRow): Refusal {
  log.error({ keyId: id, clubId, userId }, 'the view principal or club has two rows for the owner of a key')
  return unavailable()
}

import { LRUCache } from 'lru-cache'
import { ROLES, SCOPES } from '@/contracts/permissions'
import { db } from '../db/client'
import { AddressList } from './address-list'
import { classifyToken, digestText } from './token'
import { verifiedKeys } from './verified-keys'
import type { Refused, Verification } from './verification'

/**
 * Verifies a token: no SQL statement when the answer is in memory or the token is a malformed one of our own brand, at most one
 * otherwise (G6). Not a promise when the answer is at hand. Wherever it comes from: whoever lets a request in asks the key's
 * `allowedCidrs` about the client's address.
 * @param token the presented credential, as it came
 */
export function validateApiKey(token: string): Verification | Promise<Verification> {
  const digest = digestText(token)
  // Memory before the checksum: what is remembered was well-formed when it was looked up.
  const recalled = verifiedKeys().recall(digest)
  if (recalled) return recalled
  if (classifyToken(token) === 'malformed') return { ok: false, reason: 'malformed' }
  return verifiedKeys().answer(digest, () => lookUp(Buffer.from(digest, 'latin1')))
}

async function lookUp(digest: Buffer<ArrayBuffer>): Promise<Verification> {
  const row = await findByDigest(digest)
  if (!row) return { ok: false, reason: 'unknown' }
  const reason = whyNot(row)
  if (reason) return { ok: false, reason, keyId: row.id }
  const { id, name, expiresAt, owner } = row
  const [clubId, userId] = [sharedId(row.clubId), sharedId(row.userId)]
  const rights = { roles: sharedRoles(owner.roles), scopes: sharedScopes(row.scopes) }
  return { ok: true, key: { id, name, clubId, userId, ...rights, expiresAt, allowedCidrs: AddressList.kept(row.allowedCidrs) } }
}

/**
 * One array for all who hold the same of these: a hundred thousand remembered keys share a handful, where two each would be more than
 * half of their weight. What this version does not know is left out: it grants nothing.
 */
function sharedSets<Item extends string>(known: readonly Item[]): (given: readonly string[]) => readonly Item[] {
  const sets = new Map<string, readonly Item[]>()
  return (given) => {
    const set = known.filter((item) => given.includes(item))
    const name = set.join()
    const shared = sets.get(name) ?? set
    sets.set(name, shared)
    return shared
  }
}

/** The keys of a club all name it, and those of a member him: one copy of an id serves them. */
const ids = new LRUCache<string, string>({ max: 10_000 })
function sharedId(id: string): string {
  const known = ids.get(id)
  if (known === undefined) ids.set(id, id)
  return known ?? id
}

const sharedRoles = sharedSets(ROLES)
const sharedScopes = sharedSets(SCOPES)

function whyNot({ revokedAt, disabledAt, expiresAt, owner }: NonNullable<Awaited<ReturnType<typeof findByDigest>>>): Refused | null {
  if (revokedAt) return 'revoked'
  if (disabledAt) return 'disabled'
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired'
  return owner.status !== 'ACTIVE' || owner.user.disabledAt ? 'owner_gone' : null
}

function findByDigest(digest: Buffer<ArrayBuffer>) {
  return db().apiKey.findUnique({
    relationLoadStrategy: 'join',
    where: { digest },
    select: {
      id: true,
      name: true,
      clubId: true,
      userId: true,
      scopes: true,
      allowedCidrs: true,
      expiresAt: true,
      disabledAt: true,
      revokedAt: true,
      owner: { select: { status: true, roles: true, user: { select: { disabledAt: true } } } },
    },
  })
}

import { classifyToken, digestOf, isOneToken } from '../auth/token'
import { readDirectly } from '../db/client'

export type FoundToken = {
  id: string
  clubId: string
  /** It could still be used, or be again: it is neither revoked nor past its end, and its owner did not leave. */
  isLive: boolean
}

/**
 * The keys of these tokens, deleted ones too, by one statement; by none where no text can be a token.
 * @param clubId only of this club; left out: of any, since whoever finds a token cannot know whose it is
 */
export async function findByTokens(
  tokens: readonly string[],
  clubId?: string,
): Promise<Map<string, FoundToken>> {
  const byDigest = new Map<string, string>()
  for (const token of new Set(tokens))
    if (isOneToken(token) && classifyToken(token) !== 'malformed')
      byDigest.set(digestOf(token).toString('hex'), token)
  if (byDigest.size === 0) return new Map()
  const digests = [...byDigest.keys()].map((digest) => Buffer.from(digest, 'hex'))
  const rows = await readDirectly<FoundToken & { digest: string }>('leaks', FIND, [digests, clubId ?? null])
  return new Map(rows.map(({ digest, ...key }) => [byDigest.get(digest) ?? '', key]))
}

const FIND = `
  SELECT encode(k."digest", 'hex') AS "digest", k."id", k."clubId",
         k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > now()) AND NOT h."keysToEnd"
           AND EXISTS (SELECT FROM "owner" o WHERE o."club_id" = k."clubId" AND o."user_id" = k."userId") AS "isLive"
    FROM "ApiKey" k JOIN "Holder" h ON h."clubId" = k."clubId" AND h."userId" = k."userId"
   WHERE k."digest" = ANY ($1::bytea[]) AND ($2::text IS NULL OR k."clubId" = $2)
  UNION ALL
  SELECT encode(t."digest", 'hex'), t."apiKeyId", t."clubId", false
    FROM "ApiKeyTombstone" t WHERE t."digest" = ANY ($1::bytea[]) AND ($2::text IS NULL OR t."clubId" = $2)`

import type { Transaction } from '../db/client'
import type { ImportRow } from './row'

type Holder = { clubId: string; userId: string }
/** What is known of a digest already, by its hex: whose key it is, or that the key was deleted. */
export type Standing = Map<string, Holder | 'buried'>

/** In any club: a token is one key's. */
export async function standingOf(tx: Transaction, rows: readonly ImportRow[]): Promise<Standing> {
  const digests = rows.map(({ kept }) => kept.digest.toString('hex'))
  const found = await tx.$queryRaw<({ digest: string } & ({ clubId: null } | Holder))[]>`
    WITH asked AS (SELECT decode(unnest(${digests}::text[]), 'hex') AS "digest")
    SELECT encode(asked."digest", 'hex') AS "digest", k."clubId", k."userId" FROM asked JOIN "ApiKey" k USING ("digest")
    UNION ALL
    SELECT encode(asked."digest", 'hex'), NULL, NULL FROM asked JOIN "ApiKeyTombstone" t USING ("digest")
    UNION ALL
    -- A slow hash whose token is known by now.
    SELECT encode(asked."digest", 'hex'), k."clubId", k."userId" FROM asked JOIN "SlowHash" s ON s."source" = asked."digest"
      LEFT JOIN "ApiKey" k ON k."id" = s."apiKeyId"`
  return new Map(
    found.map((one) => [
      one.digest,
      one.clubId === null ? 'buried' : { clubId: one.clubId, userId: one.userId },
    ]),
  )
}

import type { Prisma } from './client'

/**
 * Restrictions that an earlier release would ignore, each with the number of the rules that brought it. If
 * you add a column that restricts, give it the next number here and, in its migration, a trigger that runs
 * `raise_rules_floor`: a test names what is missing. As soon as a transaction writes one, no process of an
 * older release serves.
 */
export const RESTRICTIONS = {
  ApiKey: { allowedCidrs: 1, rateLimit: 1 },
  ClubPolicy: { keyRateLimit: 1, rateLimit: 1, minKeyDays: 2, keyMakers: 2, keyScopes: 2 },
} as const satisfies Restrictions

/** The number of the newest rules that this release enforces. */
export const RULES: number = Math.max(...Object.values(RESTRICTIONS).flatMap((one) => Object.values(one)))

/** In a sentence for the operator. @param restriction the column that needs it, if that is known */
export const outrunBy = (needed: number, restriction?: string): string =>
  `The database needs rules ${needed}${restriction ? ` since ${restriction} was first written` : ''}, and this release enforces rules ${RULES}: run the newer release (docs/runbook.md, Upgrades).`

type Restrictions = { [Table in Prisma.ModelName]?: { [Column in ColumnOf<Table>]?: number } }
type ColumnOf<Table extends Prisma.ModelName> = keyof Prisma.TypeMap['model'][Table]['payload']['scalars']

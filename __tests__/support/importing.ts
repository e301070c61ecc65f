import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { FoundRow } from '@/lib/import/layout'
import type { Cells } from '@/lib/import/row'
import { runImport, type ImportOptions } from '@/lib/import/run-import'
import { makeClub, makeMember, type Member } from './club'

export const DAY_MS = 24 * 3600 * 1000

/** A token of another system: 192 random bits. */
export const oldToken = () => `acme_${randomBytes(24).toString('base64url')}`
export const sha256 = (text: string) => createHash('sha256').update(text).digest()

export async function* found(cells: readonly Cells[]): AsyncGenerator<FoundRow> {
  for (const [at, one] of cells.entries()) yield { line: at + 2, cells: one }
}

export const RULES = { kind: 'plaintext', prefix: '', words: new Set<string>(), minBits: null, allowWeak: false, owner: null, scopes: ['practices:read'], deadline: null, dryRun: false } as const // prettier-ignore

export const keyOf = (token: string) =>
  db().apiKey.findUniqueOrThrow({
    where: { digest: sha256(token) },
    include: { use: { select: { lastUsedAt: true } } },
  })

/** A club of its own for each test, with a coach, and an operator who imports. */
export function useImports() {
  let coach: Member
  let operator: Actor
  beforeEach(async () => {
    const { id } = await makeClub()
    coach = await makeMember(id, ['COACH'])
    operator = operatorActor(id, null, 'operator:test')
  })
  const row = (cells: Cells = {}): Cells & { token: string } => ({
    token: oldToken(),
    owner: coach.email,
    ...cells,
  })
  async function take(cells: readonly Cells[], rules: Partial<ImportOptions> = {}, actor = operator) {
    const refused: string[] = []
    const onRefused = ({ line, reason }: { line: number; reason: string }) =>
      void refused.push(`${line} ${reason}`)
    const totals = await runImport(actor, found(cells), { ...RULES, ...rules, onRefused })
    return { totals, refused }
  }
  return { coach: () => coach, operator: () => operator, row, take }
}

import { z } from 'zod'
import { apart } from '@/contracts/unseen'
import { amountOf } from '@/contracts/words'
import { findKeys, type DeletedKey, type FoundKey, type Looked } from '@/lib/auth/find-keys'
import { MAX_TOKEN_LENGTH } from '@/lib/auth/token'
import { findUnused } from '@/lib/auth/slow-hashes/first-use'
import { checked, operator, options, print, UsageError } from './command'

export const FIND_USAGE = `  find    [--start START] [--last4 LAST4]          whose key it is, in whatever club: reads a token from stdin, or goes by what is seen of
                                                   one; exit 1 when there is none`

const seen = z.strictObject({
  start: z.string().min(1).max(64).optional(),
  last4: z.string().length(4).optional(),
})

/** Whose key a leaked token is, with what is needed to end it. */
export async function find(args: string[]): Promise<number> {
  const given = options(args, {
    json: { type: 'boolean' },
    start: { type: 'string' },
    last4: { type: 'string' },
  })
  const found = await findKeys(operator(), await lookedFor(given))
  if (found.length === 0) {
    print(given.json, [], '')
    process.stderr.write('There is no such key, and was none.\n')
    return 1
  }
  print(given.json, found, found.map(describe).join('\n\n'))
  return 0
}

async function lookedFor({ start, last4 }: { start?: string; last4?: string }): Promise<Looked> {
  if (start === undefined && last4 === undefined) {
    const token = await readToken('find')
    return { token, unused: await findUnused(token) }
  }
  return checked(seen, { start, last4 }) as Looked
}

function describe(key: FoundKey | DeletedKey): string {
  const made =
    key.descendants === null ? 'more live keys than can be counted' : amountOf(key.descendants, 'live key')
  const facts = {
    club: key.club.slug ?? `${key.club.id} (deleted)`,
    key: `${key.id}  ${apart(key.name ?? '')}`,
    ...('owner' in key && {
      token: `${key.start}...${key.last4}`,
      owner: `${apart(key.owner.name)}${key.owner.kind === 'service' ? ' (service account)' : ''}`,
      scopes: key.scopes.join(', '),
      'last used': key.lastUsedAt ?? 'never',
      ends: key.revokedAt === null ? (key.expiresAt ?? 'never') : `revoked ${key.revokedAt}`,
    }),
    state: key.status,
    made,
  }
  return [
    ...Object.entries(facts).map(([name, value]) => `${`${name}:`.padEnd(11)}${value}`),
    key.club.slug === null
      ? 'end it:    not needed, no key of a deleted club works'
      : `end it:    npm run -s keys -- revoke --club ${key.club.slug} --id ${key.id}`,
  ].join('\n')
}

/**
 * A token comes by stdin: an argument would stand in the shell's history, the process list and npm's log.
 * @param command that reads it, for the message
 */
export async function readToken(command: string): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8'))
    if ((text += chunk as string).length > 4 * MAX_TOKEN_LENGTH) break
  const token = text.trim()
  if (token === '') throw new UsageError(`${command} reads the token from stdin`)
  return token
}

import { validateApiKey } from '@/lib/auth/api-key'
import { describeMember } from '@/lib/people/describe'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { verifyUnused } from '@/lib/auth/slow-hashes/verify-unused'
import { actorFor } from '../cli/club'
import { options, print } from '../cli/command'
import { readToken } from '../cli/find'
import { common } from './describe'

/**
 * Whether a token is good, and from where: here is no client whose address its list could be asked about. It
 * comes by stdin: an argument would stand in the shell's history, the process list and npm's log.
 */
export async function verify(args: string[]): Promise<number> {
  const given = options(args, { ...common })
  const token = await readToken('verify')
  const plain = await validateApiKey(token)
  const unused = !plain.ok && plain.reason === 'unknown' ? await verifyUnused(token) : null
  const verified = unused?.verification ?? plain
  const inClub =
    verified.ok && (given.club === undefined || verified.key.clubId === (await actorFor(given.club)).clubId)
  if (!verified.ok || !inClub || unused?.taken === false) {
    const reason = verified.ok ? 'unknown' : verified.reason
    print(given.json ?? true, { valid: false, reason }, '')
    process.stderr.write(`not valid: ${reason}\n`)
    if (verified.ok && inClub)
      process.stderr.write(
        `it is the key ${verified.key.id}, of which only a bcrypt hash is known: API_KEY_BCRYPT=on, and how it begins in API_KEY_OLD_PREFIXES, let it in\n`,
      )
    return 1
  }
  const { id, name, clubId, userId, scopes, roles, allowedCidrs, expiresAt, metadata } = verified.key
  const described = await describeMember({ clubId, userId })
  const valid = {
    valid: true,
    ...(unused && { firstUse: true }),
    keyId: id,
    club: described?.club.slug,
    name,
    owner: described?.user,
    expiresAt: expiresAt?.toISOString() ?? null,
    metadata: JSON.parse(metadata) as unknown,
    clubId,
    userId,
    scopes: effectiveScopes(scopes, roles),
    allowedCidrs: allowedCidrs?.toStrings() ?? null,
  }
  print(given.json ?? true, valid, '')
  return 0
}

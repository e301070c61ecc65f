import { z } from 'zod'
import {
  createApiKeyBody,
  revokeApiKeyBody,
  rotateApiKeyBody,
  updateApiKeyBody,
  type ApiKey,
  type CreatedApiKey,
} from '@/contracts/api-key'
import { apiKeyOrder } from '@/contracts/api-key-filter'
import { line } from '@/contracts/text'
import type { Actor } from '@/lib/auth/actor'
import {
  createApiKey,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { describeMember } from '@/lib/people/describe'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { verifyUnused } from '@/lib/slow-hashes/verify-unused'
import { actorFor } from './cli/club'
import { checked, listed, options, print, required, runCommand, UsageError } from './cli/command'
import { everyPage } from './cli/every-page'
import { find, FIND_USAGE, readToken } from './cli/find'
import { graceIn } from './cli/grace'
import { FILTER_OPTIONS, FILTER_USAGE, filterOf } from './cli/key-filter'
import { keyId } from './cli/key-id'
import { rateIn } from './cli/rate'
import { actingFor } from './cli/service-account'
import { showUsage, USAGE_USAGE } from './cli/usage'
import { adoptCommand, ADOPT_USAGE } from './keys/adopt'
import { importCommand, IMPORT_USAGE } from './keys/import'

const USAGE = `usage: npm run -s keys -- COMMAND --club SLUG [--json]
  create  --user EMAIL | --service-account NAME|ID  --name NAME --scope SCOPE... [--expires-at RFC3339|never] [--allow CIDR...]
          [--rate CALLS/SECONDS|default]           makes a key and prints it once
  list    [FILTER...] [--sort createdAt|lastUsedAt|expiresAt|name] [--order asc|desc]   the keys that match; without a filter, every key
  show    --id ID
  update  --id ID [--name NAME] [--scope SCOPE...] [--rate CALLS/SECONDS|default] [--expires-at RFC3339|never]
                                                   renames it, replaces its scopes, changes how many calls it may make or when it ends
  rotate  --id ID [--grace SECONDS] [--expires-at RFC3339|never]
                                                   replaces it and prints the new one once; the old one ends after the grace, a day
  revoke  --id ID [--reason TEXT] [--keep-descendants]
                                                   ends it, and the keys it made unless they are to be kept
  revoke-matching FILTER... [--reason TEXT] [--yes]
                                                   says how many match; with --yes revokes them, all or none, and what they made
  verify                                           reads a token from stdin; exit 1 when it is not good
${FIND_USAGE}
${USAGE_USAGE}
${IMPORT_USAGE}
${ADOPT_USAGE}
${FILTER_USAGE}`

const common = { club: { type: 'string' }, json: { type: 'boolean' } } as const

async function create(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    user: { type: 'string' },
    'service-account': { type: 'string' },
    name: { type: 'string' },
    scope: { type: 'string', multiple: true },
    'expires-at': { type: 'string' },
    allow: { type: 'string', multiple: true },
    rate: { type: 'string' },
  })
  const expires = given['expires-at']
  const input = checked(createApiKeyBody, {
    name: required(given.name, 'name'),
    scopes: listed(given.scope),
    ...(expires !== undefined && { expiresAt: asInstant(expires) }),
    ...(given.allow && { allowedCidrs: listed(given.allow) }),
    ...(given.rate !== undefined && { rateLimit: rateIn(given.rate) }),
  })
  const actor = await ownerFor(given)
  const created = await createApiKey(actor, input)
  print(given.json, created, shownOnce(created))
}

async function ownerFor(given: { club?: string; user?: string; 'service-account'?: string }): Promise<Actor> {
  const { club, user, 'service-account': account } = given
  if (account === undefined) return actorFor(club, required(user, 'user'))
  if (user !== undefined) throw new UsageError('either --user or --service-account')
  return actingFor(await actorFor(club), account)
}

async function list(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    ...FILTER_OPTIONS,
    sort: { type: 'string' },
    order: { type: 'string' },
  })
  const actor = await actorFor(given.club)
  const query = { ...(await filterOf(actor, given)), ...checked(z.object(apiKeyOrder), given) }
  const all = await everyPage((page) => listApiKeys(actor, { ...query, ...page }))
  print(given.json, all, all.map(describe).join('\n') || 'No such keys.')
}

async function show(args: string[]): Promise<void> {
  const given = options(args, { ...common, id: { type: 'string' } })
  const key = await getApiKey(await actorFor(given.club), { id: keyId(given.id) })
  print(given.json, key, JSON.stringify(key, null, 2))
}

async function update(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    id: { type: 'string' },
    name: { type: 'string' },
    scope: { type: 'string', multiple: true },
    rate: { type: 'string' },
    'expires-at': { type: 'string' },
  })
  const expires = given['expires-at']
  const change = checked(updateApiKeyBody, {
    ...(given.name !== undefined && { name: given.name }),
    ...(given.scope !== undefined && { scopes: listed(given.scope) }),
    ...(given.rate !== undefined && { rateLimit: rateIn(given.rate) }),
    ...(expires !== undefined && { expiresAt: asInstant(expires) }),
  })
  const key = await updateApiKey(await actorFor(given.club), { id: keyId(given.id), ...change })
  print(given.json, key, describe(key))
}

async function rotate(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    id: { type: 'string' },
    grace: { type: 'string' },
    'expires-at': { type: 'string' },
  })
  const expires = given['expires-at']
  const input = checked(rotateApiKeyBody, {
    ...graceIn(given.grace),
    ...(expires !== undefined && { expiresAt: asInstant(expires) }),
  })
  const created = await rotateApiKey(await actorFor(given.club), { id: keyId(given.id), ...input })
  print(given.json, created, shownOnce(created))
}

async function revoke(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    id: { type: 'string' },
    reason: { type: 'string' },
    'keep-descendants': { type: 'boolean' },
  })
  const input = checked(revokeApiKeyBody, { reason: given.reason, descendants: !given['keep-descendants'] })
  const key = await revokeApiKey(await actorFor(given.club), {
    id: keyId(given.id),
    ...input,
    patienceMs: Infinity,
  })
  print(
    given.json,
    key,
    [
      describe(key),
      ...key.alsoRevoked.map((made) => `${made}  revoked: made by it`),
      ...(key.alsoRevokedCount > key.alsoRevoked.length
        ? [`and others, ${key.alsoRevokedCount} in all`]
        : []),
    ].join('\n'),
  )
}

async function revokeMatching(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    ...FILTER_OPTIONS,
    reason: { type: 'string' },
    yes: { type: 'boolean' },
  })
  const actor = await actorFor(given.club)
  const filter = await filterOf(actor, given)
  if (Object.keys(filter).length === 0)
    throw new UsageError('which keys? Every key of the club is too easily meant')
  const reason = given.reason === undefined ? undefined : checked(line(200), given.reason)
  const asked = { filter, reason, descendants: true, preview: !given.yes }
  const done = await revokeApiKeys(actor, { ...asked, patienceMs: Infinity })
  const count = `${done.count} keys, and ${done.alsoRevoked} that they made`
  print(
    given.json,
    done,
    done.preview ? `${count}, would be revoked. --yes revokes them.` : `${count}, are revoked.`,
  )
}

/**
 * Whether a token is good, and from where: here is no client whose address its list could be asked about. It
 * comes by stdin: an argument would stand in the shell's history, the process list and npm's log.
 */
async function verify(args: string[]): Promise<number> {
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

const asInstant = (text: string) => (text === 'never' ? null : text)

const shownOnce = (created: CreatedApiKey) =>
  `${describe(created)}\n\n${created.key}\n\nThis is the only time the key is shown.`

const describe = (key: ApiKey) =>
  [
    key.id,
    key.status.padEnd(8),
    key.imported ? 'imported' : `${key.start ?? ''}...${key.last4 ?? ''}`,
    key.owner.name,
    key.name,
    key.scopes.join(','),
    `ends ${key.expiresAt ?? 'never'}`,
  ].join('  ')

void runCommand(
  USAGE,
  {
    create,
    list,
    show,
    update,
    rotate,
    revoke,
    'revoke-matching': revokeMatching,
    verify,
    find,
    usage: showUsage,
    import: importCommand,
    adopt: adoptCommand,
  },
  ['adopt'],
)

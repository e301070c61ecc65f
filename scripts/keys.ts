import { z } from 'zod'
import { createApiKeyBody, rotateApiKeyBody, updateApiKeyBody, type CreatedApiKey } from '@/contracts/api-key'
import { apiKeyOrder } from '@/contracts/api-key-filter'
import { honeykeys } from '@/contracts/honeykeys'
import type { Actor } from '@/lib/actor'
import {
  createApiKey,
  createHoneykey,
  getApiKey,
  listApiKeys,
  rotateApiKey,
  updateApiKey,
} from '@/lib/auth/api-key'
import { actorFor } from './cli/club'
import { checked, listed, options, print, required, runCommand, UsageError } from './cli/command'
import { everyPage } from './cli/every-page'
import { find, FIND_USAGE } from './cli/find'
import { graceIn } from './cli/grace'
import { FILTER_OPTIONS, FILTER_USAGE, filterOf } from './cli/key-filter'
import { IMPORTED_USAGE, showImported } from './cli/imported'
import { keyId } from './cli/key-id'
import { metadataIn } from './cli/metadata'
import { rateIn } from './cli/rate'
import { actingFor } from './cli/service-account'
import { showUsage, USAGE_USAGE } from './cli/usage'
import { adoptCommand, ADOPT_USAGE } from './keys/adopt'
import { common, describe } from './keys/describe'
import { importCommand, IMPORT_USAGE } from './keys/import'
import { leaked, LEAKED_USAGE } from './keys/leaked'
import { revoke, revokeMatching } from './keys/revoke'
import { verify } from './keys/verify'

const USAGE = `usage: npm run -s keys -- COMMAND --club SLUG [--json]
  create  --user EMAIL | --service-account NAME|ID  --name NAME --scope SCOPE... [--expires-at RFC3339|never] [--allow CIDR...]
          [--rate CALLS/SECONDS|default] [--metadata JSON]   makes a key and prints it once
  create  --honey --user EMAIL | --service-account NAME|ID  --name NAME
                                                   makes a key that can do nothing and whose use raises the alarm
  list    [FILTER...] [--sort createdAt|lastUsedAt|expiresAt|name] [--order asc|desc]   the keys that match; without a filter, every key
  show    --id ID
  update  --id ID [--name NAME] [--scope SCOPE...] [--rate CALLS/SECONDS|default] [--expires-at RFC3339|never]
          [--metadata JSON]                        renames it, replaces its scopes or its metadata, changes how many calls it may make
                                                   or when it ends
  rotate  --id ID [--grace SECONDS] [--expires-at RFC3339|never]
                                                   replaces it and prints the new one once; the old one ends after the grace, a day
  revoke  --id ID [--reason TEXT] [--keep-descendants]
                                                   ends it, and the keys it made unless they are to be kept
  revoke-matching FILTER... [--reason TEXT] [--yes]
                                                   says how many match; with --yes revokes them, all or none, and what they made
  verify                                           reads a token from stdin; exit 1 when it is not good
${FIND_USAGE}
${LEAKED_USAGE}
${USAGE_USAGE}
${IMPORTED_USAGE}
${IMPORT_USAGE}
${ADOPT_USAGE}
${FILTER_USAGE}`

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
    metadata: { type: 'string' },
    honey: { type: 'boolean' },
  })
  if (given.honey) return createHoney(given)
  const expires = given['expires-at']
  const input = checked(createApiKeyBody, {
    name: required(given.name, 'name'),
    scopes: listed(given.scope),
    ...(expires !== undefined && { expiresAt: asInstant(expires) }),
    ...(given.allow && { allowedCidrs: listed(given.allow) }),
    ...(given.rate !== undefined && { rateLimit: rateIn(given.rate) }),
    ...(given.metadata !== undefined && { metadata: metadataIn(given.metadata) }),
  })
  const actor = await ownerFor(given)
  const created = await createApiKey(actor, input)
  print(given.json, created, shownOnce(created))
}

type HoneyGiven = Parameters<typeof ownerFor>[0] & { name?: string; json?: boolean }

/** What bounds other keys is refused rather than dropped: it would look as if this one could do something. */
async function createHoney({ club, user, 'service-account': account, name, json, ...rest }: HoneyGiven) {
  const [other] = Object.keys(rest).filter((option) => option !== 'honey')
  if (other !== undefined) throw new UsageError(`a honeykey can do nothing: leave out --${other}`)
  const input = checked(honeykeys.operations.createHoneykey.body, { name: required(name, 'name') })
  const actor = await ownerFor({ club, user, 'service-account': account } as Parameters<typeof ownerFor>[0])
  const created = await createHoneykey(actor, input)
  print(json, created, shownOnce(created))
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
    metadata: { type: 'string' },
  })
  const expires = given['expires-at']
  const change = checked(updateApiKeyBody, {
    ...(given.name !== undefined && { name: given.name }),
    ...(given.scope !== undefined && { scopes: listed(given.scope) }),
    ...(given.rate !== undefined && { rateLimit: rateIn(given.rate) }),
    ...(expires !== undefined && { expiresAt: asInstant(expires) }),
    ...(given.metadata !== undefined && { metadata: metadataIn(given.metadata) }),
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

const asInstant = (text: string) => (text === 'never' ? null : text)

const shownOnce = (created: CreatedApiKey) =>
  `${describe(created)}\n\n${created.key}\n\nThis is the only time the key is shown.`

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
    leaked,
    usage: showUsage,
    imported: showImported,
    import: importCommand,
    adopt: adoptCommand,
  },
  ['adopt'],
)

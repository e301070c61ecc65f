import type { ApiKey } from '@/contracts/api-key'
import type { ExpiryPolicy, KeyActions, KeyOwner } from '@/components/keys/actions'
import { CreateKeyDialog } from '@/components/keys/create-key-dialog'
import { KeyCommandDialog, type AskedCommand } from '@/components/keys/key-command-dialog'
import { NewKey } from '@/components/keys/new-key'
import { RevokeKeysDialog } from '@/components/keys/revoke-keys-dialog'
import { Dialog } from '@/components/ui/dialog'
import { answered, lost, refused, waiting } from '../answers'
import { aKey, createdKey, KEY_ACTIONS, LONG_WORD, MAKING, OWNERS, STRICT_POLICY } from '../data/keys'
import { idOf } from '../data/time'
import { part, press, read, type } from '../state'

const nothing = () => undefined

type Making = {
  create?: KeyActions['create']
  owners?: readonly KeyOwner[]
  policy?: ExpiryPolicy
  chosen?: string
}

const create =
  (given: Making = {}) =>
  () => <CreateKeyDialog {...MAKING} {...given} onCreated={nothing} onClose={nothing} />

const asking =
  (
    command: AskedCommand['command'],
    key: ApiKey = aKey(),
    more: Partial<typeof KEY_ACTIONS> = {},
    made = 0,
  ) =>
  () => (
    <KeyCommandDialog
      asked={{ command, key }}
      making={MAKING}
      actions={{ ...KEY_ACTIONS, ...more }}
      made={{ [key.id]: made }}
      close={nothing}
      done={nothing}
      deleted={nothing}
      onRotated={nothing}
    />
  )

const counting = (revokeMany: KeyActions['revokeMany']) => () => (
  <RevokeKeysDialog
    many={{ ids: [aKey().id] }}
    revokeMany={revokeMany}
    revocable={KEY_ACTIONS.revocable}
    onClose={nothing}
    onDone={nothing}
  />
)
const found = (count: number, alsoRevoked = 0) =>
  answered({ count, alsoRevoked, preview: true, complete: true })

const FULL = aKey({
  name: LONG_WORD,
  scopes: ['practices:read', 'members:read', 'usage:read'],
  allowedCidrs: ['203.0.113.7', '2001:db8::/32'],
  rateLimit: { limit: 600, windowSeconds: 60 },
  metadata: { team: 'results', runs: { every: '5 minutes', on: ['mon', 'sat'] } },
})

/** An account that has so many of the hundred keys that it may have. */
const crowded = (live: number): KeyOwner[] => OWNERS.slice(1).map((account) => ({ ...account, live }))

const named = (text = 'Scoreboard on the website') => type('Name', text)

const MAKING_KEYS = [
  part('create key', create()),
  part('create key, for an account', create({ chosen: OWNERS[1]?.id ?? '' })),
  part('create key, for oneself alone', create({ owners: OWNERS.slice(0, 1) })),
  part('create key, few more', create({ owners: crowded(97) })),
  part('create key, no more', create({ owners: [...OWNERS.slice(0, 1), ...crowded(100)], chosen: idOf(41) })),
  part('create key, strict policy', create({ policy: STRICT_POLICY })),
  part('create key, on a date', create(), press('On a date'), read('Last day')),
  part(
    'create key, folds open',
    create(),
    press('Set an IP allowlist'),
    press('Set a rate limit'),
    read('Calls at most'),
  ),
  part('create key, waiting', create({ create: waiting }), named(), press('Create key')),
  part('create key, no scope', create(), named(), press('practices:read'), press('Create key')),
  part(
    'create key, refused',
    create({
      create: refused('The input is not valid.', {
        name: 'must be one line',
        expiresAt: 'must be within 30 days',
        'allowedCidrs.1': 'must be an address or a network',
        'rateLimit.limit': 'must be at most 1,000,000',
      }),
    }),
    named(),
    press('Create key'),
    read('one line'),
  ),
  part(
    'create key, too many',
    create({ create: refused('You have 50 live keys already, which is the most. Revoke one first.') }),
    named(),
    press('Create key'),
    read('50 live keys'),
  ),
  part(
    'create key, no answer',
    create({ create: lost }),
    named(),
    press('Create key'),
    read('No answer came'),
  ),
  part('create key, about to be closed', create(), named(), press('Close'), read('Discard what you typed?')),
  part('new key', create(), named(), press('Create key'), read('is ready')),
  part('new key, saved', create(), named(), press('Create key'), press('I have saved this key')),
  part('new key, about to be closed', create(), named(), press('Create key'), press('Close')),
  ...['.env', 'GitHub Actions', 'TypeScript'].map((tab) =>
    part(`new key, for ${tab}`, create(), named(), press('Create key'), press(tab), read(`Copy for ${tab}`)),
  ),
  part(
    'new key, called in vain',
    () => (
      <Dialog wide title="“Scoreboard” is ready" description="Try it." onClose={nothing}>
        <NewKey
          apiKey={createdKey({ allowedCidrs: ['203.0.113.7'] })}
          origin="https://keys.example.com"
          onDone={nothing}
        />
      </Dialog>
    ),
    press('Send a test call'),
    read('404 in'),
  ),
]

const OF_A_KEY = [
  part('rotate key', asking('rotate')),
  part('rotate key, never ends', asking('rotate', aKey({ expiresAt: null }))),
  part(
    'rotate key, refused',
    asking('rotate', aKey(), { rotate: refused('It is replaced already.') }),
    press('Rotate key'),
    read('replaced already'),
  ),
  part('rotate key, done', asking('rotate'), press('Rotate key'), read('has a new key')),
  part('rename key', asking('rename')),
  part(
    'rename key, refused',
    asking('rename', FULL, { update: refused('The input is not valid.', { name: 'must be one line' }) }),
    press('Rename'),
    read('one line'),
  ),
  part('scopes of a key', asking('scopes', FULL)),
  part('expiry of a key', asking('end')),
  part('expiry of a key, never', asking('end', aKey({ expiresAt: null }))),
  part('allowlist of a key', asking('addresses')),
  part('allowlist of a key, some', asking('addresses', FULL)),
  part('rate limit of a key', asking('rate', FULL)),
  part('metadata of a key', asking('metadata')),
  part('metadata of a key, some', asking('metadata', FULL)),
  part('revoke key', asking('revoke')),
  part('revoke key, that made one', asking('revoke', FULL, {}, 1)),
  part('revoke key, that made very many', asking('revoke', aKey({ lastUsedAt: null }), {}, Infinity)),
  part('revoke key, waiting', asking('revoke', aKey(), { revoke: waiting }), press('Revoke key')),
  part('delete key', asking('delete', FULL)),
  part('enable a leaked key', asking('enable-leaked', FULL)),
]

const MANY_KEYS = [
  part('revoke many, counting', counting(waiting)),
  part('revoke many', counting(found(12, 3)), read('12 keys')),
  part('revoke many, one', counting(found(1)), read('one key')),
  part('revoke many, none', counting(found(0)), read('Nothing to revoke')),
  part('revoke many, refused', counting(refused('Too many requests at the moment.')), read('Too many')),
]

export const KEY_DIALOGS = [...MAKING_KEYS, ...OF_A_KEY, ...MANY_KEYS]

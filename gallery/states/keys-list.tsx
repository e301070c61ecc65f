import type { KeyFilters, StatusCounts } from '@/components/keys/filters'
import { ImportedKeys } from '@/components/keys/imported-keys'
import { KeyToolbar } from '@/components/keys/key-toolbar'
import { KeysPanel } from '@/components/keys/keys-panel'
import { KeysToLookAt } from '@/components/keys/keys-to-look-at'
import { RevokeKeysDialog } from '@/components/keys/revoke-keys-dialog'
import { answered, refused, waiting } from '../answers'
import { ADMIN, aKey, KEY_ACTIONS, KEYS, LONG_WORD, MAKING } from '../data/keys'
import { idOf } from '../data/time'
import { SCOPES } from '../data/words'
import { PAGE } from '../data/page'
import { body, part, press, read } from '../state'

const nothing = () => undefined
const COUNTS: StatusCounts = { active: 9_310, expiring: 12, expired: 4, disabled: 1, revoked: 10_001 }
const CALLS = Object.fromEntries(KEYS.map(({ id }, n) => [id, [0, 4, 90 * n, 1, 12, 400, 70 * n]]))

const toolbar = (given: KeyFilters = {}, counts: StatusCounts | null = COUNTS) => (
  <KeyToolbar
    {...{ given, counts }}
    here="/clubs/demo/keys"
    owners={[
      { id: idOf(1), name: 'Ada Admin' },
      { id: idOf(41), name: LONG_WORD },
    ]}
    scopes={SCOPES}
    imports
    seesUsage
  />
)

const panel =
  (given: Partial<Parameters<typeof KeysPanel>[0]> = {}) =>
  () => (
    <KeysPanel
      keys={KEYS}
      calls={CALLS}
      viewer={ADMIN}
      given={{}}
      making={MAKING}
      actions={KEY_ACTIONS}
      made={{}}
      filter={null}
      paging={{ ...PAGE, shown: KEYS.length }}
      {...given}
    >
      {toolbar(given.given)}
    </KeysPanel>
  )

const FILTERED = { given: { q: 'bot', sort: 'name', used: 'used-30' }, filter: { q: 'bot' } } as const
const OWN = { ...ADMIN, seesEveryone: false }
const NONE = { keys: [], paging: { ...PAGE, shown: 0, total: 0, next: null } }
const MANY = { count: 2_300, alsoRevoked: 0, preview: true, complete: true }

const revoking =
  (given: Partial<typeof KEY_ACTIONS> = {}) =>
  () => (
    <RevokeKeysDialog
      many={{ filter: { q: 'bot' } }}
      revokeMany={answered(MANY)}
      revocable={KEY_ACTIONS.revocable}
      {...given}
      onClose={nothing}
      onDone={nothing}
    />
  )

export const KEYS_LIST = [
  body('keys', panel()),
  body('keys, own', panel({ viewer: OWN, calls: null })),
  body('keys, filtered', panel(FILTERED)),
  body('keys, some selected', panel(FILTERED), press('Select ci-bot'), read('1 selected')),
  body(
    'keys, all selected of a page',
    panel(FILTERED),
    press('Select all on this page'),
    read('Revoke all that match…'),
  ),
  body('keys, a later page', panel({ paging: { ...PAGE, from: 41, previous: '/p', next: null } })),
  body('keys, one', panel({ keys: [aKey({ name: LONG_WORD })], paging: { ...PAGE, shown: 1, total: 1 } })),
  body('keys, none', panel(NONE)),
  body('keys, nothing found', panel({ ...NONE, ...FILTERED })),
  body('keys, made by others', panel({ making: { ...MAKING, owners: [], makers: ['CLUB_ADMIN'] } })),
  body('keys, made by nobody', panel({ making: { ...MAKING, owners: [], makers: [] } })),
  body('keys, nothing to give', panel({ making: { ...MAKING, owners: [] } })),
  part('key filters', () => toolbar({ failed: '7', imported: 'true', status: 'outside' }), press('Filters')),
  part('key filters, not counted', () => toolbar({ q: LONG_WORD }, null)),
  part('keys to look at', () => <KeysToLookAt keys="/keys" expiring={1} unused={100} />),
  part('imported keys', () => <ImportedKeys keys="/keys" imported={3} used={1} days={30} atMost={100} />),
  part('revoke in steps', revoking(), read('Revoke 2,300 keys?')),
  part('revoke in steps, on its way', revoking({ revocable: waiting }), press('Revoke 2,300 keys')),
  part(
    'revoke in steps, refused',
    revoking({ revocable: refused('The keys page has changed.') }),
    press('Revoke 2,300 keys'),
    read('The keys page has changed.'),
  ),
]

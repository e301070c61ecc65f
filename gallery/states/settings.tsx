import type { ClubPolicy, Policy } from '@/contracts/club-policy'
import { ClubForm } from '@/components/settings/club-form'
import { PolicyPanel } from '@/components/settings/policy-panel'
import type { GrantingRole } from '@/components/settings/makers-field'
import { answered, refused, waiting } from '../answers'
import { KEYS } from '../data/keys'
import { ADA, LONG_NAME } from '../data/people'
import { SCOPES, WORDS } from '../data/words'
import { part, press, read, type } from '../state'

const POLICY: Policy = {
  defaultKeyDays: 90,
  minKeyDays: 0,
  maxKeyDays: 366,
  allowNonExpiringKeys: true,
  maxLiveKeysPerMember: 50,
  keyRateLimit: null,
  rateLimit: { limit: 600, windowSeconds: 60 },
  keyMakers: null,
  keyScopes: null,
  onLeak: 'revoke',
}
const INSIDE: ClubPolicy = { ...POLICY, outside: { keys: { count: 0, first: [] }, owners: [] } }
const OUTSIDE: ClubPolicy = {
  ...POLICY,
  keyMakers: ['CLUB_ADMIN'],
  keyScopes: { COACH: ['practices:read'] },
  outside: {
    keys: { count: 1_204, first: KEYS.slice(0, 4) },
    owners: [
      { ...ADA, liveKeys: 61 },
      { id: '2', name: LONG_NAME, liveKeys: 51 },
    ].map(({ id, name, liveKeys }) => ({ id, name, liveKeys })),
  },
}
const ROLES: GrantingRole[] = WORDS.roles.map(({ role, name }, n) => ({
  role,
  name,
  scopes: SCOPES.slice(0, 8 - 3 * n),
}))

type Update = Parameters<typeof PolicyPanel>[0]['update']

const panel =
  (policy: ClubPolicy, update: Update = answered(policy)) =>
  () => <PolicyPanel policy={policy} roles={ROLES} keys="/keys" update={update} />

const ZONES = [{ region: 'Europe', zones: ['Europe/Berlin', 'Europe/London'] }]
const club = (update: Parameters<typeof ClubForm>[0]['update']) => () => (
  <ClubForm
    club={{ slug: 'demo', name: LONG_NAME, timeZone: 'Europe/Berlin' }}
    zones={ZONES}
    update={update}
  />
)

export const SETTINGS = [
  part('club', club(waiting)),
  part('club, waiting', club(waiting), press('Save club')),
  part(
    'club, refused',
    club(refused('The input is not valid.', { name: 'must be one line' })),
    press('Save club'),
    read('one line'),
  ),
  part(
    'club, conflict',
    club(refused('Somebody else has changed it.')),
    press('Save club'),
    read('Somebody else'),
  ),
  part('policy', panel(INSIDE)),
  part('policy, keys outside', panel(OUTSIDE)),
  part('policy, its scopes', panel(OUTSIDE), press('May give a key all of the role’s scopes')),
  part(
    'policy, before a change',
    panel(INSIDE, answered(OUTSIDE)),
    press('Save policy'),
    read('could not be made'),
  ),
  part('policy, waiting', panel(INSIDE, waiting), press('Save policy')),
  part(
    'policy, refused',
    panel(INSIDE, refused('The input is not valid.', { defaultKeyDays: 'must be at most maxKeyDays' })),
    type('Longest expiry, in days', '60'),
    press('Save policy'),
    read('the longest expiry'),
  ),
  part(
    'policy, no maker',
    panel(INSIDE),
    press('Admin'),
    press('Coach'),
    press('Athlete'),
    press('Save policy'),
    read('Choose at least one role.'),
  ),
]

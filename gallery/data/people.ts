import type { AffectedKey } from '@/contracts/offboarding'
import type { InvitedMember } from '@/contracts/member'
import type { Heir, ListedMember } from '@/components/members/actions'
import type { ListedAccount } from '@/components/service-accounts/actions'
import { aKey } from './keys'
import { ago, ahead, DAY_HOURS, idOf } from './time'

/** As long as a name may be, and without a place to break it. */
export const LONG_NAME =
  'Hubert-Blaine-Wolfeschlegelsteinhausenbergerdorff-und-zu-Hohenstein-Oldenburg-Sonderburg-Glücks'

export const ADA = { id: idOf(1), name: 'Ada Admin', email: 'ada@demo.test' }
const CARL = { id: idOf(2), name: 'Carl Coach', email: 'carl@demo.test' }

export const aMember = (given: Partial<ListedMember> = {}): ListedMember => ({
  id: idOf(21),
  user: CARL,
  roles: ['COACH'],
  status: 'ACTIVE',
  joinedAt: ago(400 * DAY_HOURS),
  lastSeenAt: ago(3),
  invitation: null,
  keys: 3,
  ...given,
})

export const MEMBERS: ListedMember[] = [
  aMember({ id: idOf(20), user: ADA, roles: ['CLUB_ADMIN', 'COACH'], lastSeenAt: ago(0.01), keys: 12 }),
  aMember(),
  aMember({
    id: idOf(22),
    user: { id: idOf(4), name: LONG_NAME, email: `${'maximiliane.'.repeat(6)}hohenstein@demo.test` },
    roles: ['COACH', 'ATHLETE'],
    status: 'SUSPENDED',
    lastSeenAt: ago(40 * DAY_HOURS),
    keys: 1,
  }),
  aMember({
    id: idOf(23),
    user: { id: idOf(5), name: 'Ines Invited', email: 'ines@demo.test' },
    roles: ['ATHLETE'],
    lastSeenAt: null,
    invitation: { sentAt: ago(2), expiresAt: ahead(22), by: ADA, mail: 'sent' },
    keys: 0,
  }),
  aMember({
    id: idOf(24),
    user: { id: idOf(6), name: 'Olu Overdue', email: 'olu@demo.test' },
    roles: ['ATHLETE'],
    lastSeenAt: null,
    invitation: { sentAt: ago(50), expiresAt: ago(26), by: null, mail: 'failed' },
    keys: 0,
  }),
]

export const invitedMember = (setPasswordLink: string | null, mailed: boolean): InvitedMember => {
  const { keys: _, ...member } = aMember({ user: { id: idOf(7), name: 'Nora New', email: 'nora@demo.test' } })
  return { ...member, mailed, setPasswordLink }
}

export const anAccount = (given: Partial<ListedAccount> = {}): ListedAccount => ({
  id: idOf(31),
  user: { id: idOf(41), name: 'Stadium scoreboard', kind: 'service' },
  roles: ['ATHLETE'],
  status: 'ACTIVE',
  createdAt: ago(90 * DAY_HOURS),
  keys: 2,
  ...given,
})

export const HEIRS: Heir[] = [
  { id: idOf(31), name: 'Stadium scoreboard', scopes: ['practices:read'] },
  { id: idOf(32), name: 'Federation archive', scopes: ['practices:read', 'practices:write', 'members:read'] },
]

const affected = (given: Partial<AffectedKey> & Parameters<typeof aKey>[0]): AffectedKey => {
  const { id, name, start, last4, status, scopes, expiresAt, lastUsedAt, replacedById } = aKey(given)
  const key = { id, name, start, last4, status, scopes, expiresAt, lastUsedAt, replacedById }
  return { ...key, requests30d: 0, scopesLost: scopes, scopesInUse: [], ...given }
}

export const AFFECTED: AffectedKey[] = [
  affected({
    id: idOf(71),
    name: 'Results page',
    requests30d: 12_804,
    scopesLost: ['practices:read'],
    scopesInUse: ['practices:read'],
  }),
  affected({
    id: idOf(72),
    name: 'Replaced already',
    requests30d: 1,
    replacedById: idOf(9),
    expiresAt: ahead(9),
  }),
  affected({ id: idOf(73), name: 'Old laptop', lastUsedAt: null }),
  affected({ id: idOf(74), name: 'Stopped', status: 'disabled', lastUsedAt: ago(2000) }),
]

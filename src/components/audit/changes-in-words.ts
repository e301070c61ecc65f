import type { AuditEvent } from '@/contracts/audit-event'
import type { Words } from '@/contracts/definition'
import { apart } from '@/contracts/unseen'
import { dayOf } from '../moment'
import { roleNames } from '../role-names'

type Changes = AuditEvent['changes']
type Roles = Words['roles']

/** What a field is called on the pages; others are called by their own names, in words. */
const NAMES: Readonly<Record<string, string>> = {
  expiresAt: 'expiry',
  allowedCidrs: 'IP allowlist',
  rateLimit: 'rate limit',
  keyRateLimit: 'rate limit of each key',
  defaultKeyDays: 'default expiry',
  minKeyDays: 'shortest expiry',
  maxKeyDays: 'longest expiry',
  maxLiveKeysPerMember: 'live keys for each owner',
  allowNonExpiringKeys: 'keys that never expire',
  keyMakers: 'who may make keys',
  keyScopes: 'scopes that roles may give',
  onLeak: 'what becomes of leaked keys',
  despiteLeak: 'enabled although it leaked',
  timeZone: 'time zone',
  startsAt: 'start',
  endsAt: 'end',
}

/** What nothing means in a field. */
const NOTHING: Readonly<Record<string, string>> = {
  expiresAt: 'never',
  allowedCidrs: 'any address',
  rateLimit: 'the default',
  keyRateLimit: 'the default',
  keyMakers: 'every role',
  keyScopes: 'all of each role',
}

/** Whose values say nothing in one line. */
const UNTOLD = new Set(['metadata', 'keyScopes', 'notes'])

/** `keysRevoked` → "keys revoked". */
export const fieldName = (field: string): string =>
  NAMES[field] ?? field.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/**
 * What was changed: "from 24 Feb 2027 to never", or, of fields that the sentence does not name, "expiry from
 * 24 Feb 2027 to never; metadata". null: there is nothing to add.
 * @param named the field that the sentence names already; `told`: it tells the new value as well
 */
export function changesInWords(
  roles: Roles,
  changes: Changes,
  named?: { field: string; told: boolean },
): string | null {
  const first = named && !named.told ? (changes[named.field] ?? null) : null
  const rest = Object.entries(changes)
    .filter(([field]) => field !== named?.field && !/Id$/.test(field))
    .map(([field, change]) => [fieldName(field), between(roles, field, change)].filter(Boolean).join(' '))
  const parts = [first && named ? between(roles, named.field, first) : null, ...rest]
  return parts.filter(Boolean).join('; ') || null
}

function between(roles: Roles, field: string, { from, to }: Changes[string]): string {
  if (UNTOLD.has(field)) return ''
  const list = listed(from, to)
  if (list && field === 'scopes') return movedIn(list.from, list.to)
  return `from ${valueInWords(roles, field, from)} to ${valueInWords(roles, field, to)}`
}

function movedIn(before: readonly string[], after: readonly string[]): string {
  const [added, gone] = [
    after.filter((one) => !before.includes(one)),
    before.filter((one) => !after.includes(one)),
  ]
  const said = (verb: string, items: string[]) =>
    items.length > 3 ? `${verb} ${items.length}` : `${verb} ${items.join(', ')}`
  return [added.length > 0 && said('added', added), gone.length > 0 && said('removed', gone)]
    .filter(Boolean)
    .join('; ')
}

function listed(from: unknown, to: unknown) {
  const isList = (value: unknown): value is string[] => Array.isArray(value)
  return isList(from) && isList(to) ? { from, to } : null
}

/** A value as people say it. */
export function valueInWords(roles: Roles, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING[field] ?? 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return /Days$/.test(field) ? days(value) : value.toLocaleString('en')
  if (typeof value === 'string') return apart(textInWords(field, value))
  if (Array.isArray(value) && ['roles', 'keyMakers'].includes(field))
    return roleNames(roles, value as string[]).toLowerCase() || 'none'
  if (Array.isArray(value))
    return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ') || 'none'
  return isRate(value) ? rateInWords(value) : JSON.stringify(value)
}

const days = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'day' : 'days'}`

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const MOST = 60

function textInWords(field: string, text: string): string {
  if (INSTANT.test(text))
    return dayOf(text, 'UTC') + (field === 'expiresAt' ? '' : `, ${text.slice(11, 16)} UTC`)
  if (field === 'status') return text.toLowerCase()
  if (/^[A-Z_]+$/.test(text)) return text.toLowerCase().replaceAll('_', ' ')
  return `“${text.length > MOST ? `${text.slice(0, MOST)}…` : text}”`
}

type Rate = { limit: number; windowSeconds: number }
const isRate = (value: unknown): value is Rate =>
  typeof value === 'object' && value !== null && 'limit' in value && 'windowSeconds' in value

const WINDOWS: Readonly<Record<number, string>> = {
  1: 'a second',
  60: 'a minute',
  3600: 'an hour',
  86_400: 'a day',
}

const rateInWords = ({ limit, windowSeconds }: Rate) =>
  `${limit.toLocaleString('en')} ${limit === 1 ? 'call' : 'calls'} ${WINDOWS[windowSeconds] ?? `in ${windowSeconds} seconds`}`

import type { ApiKey, CreatedApiKey } from '@/contracts/api-key'
import type { RevokedApiKey, RevokedApiKeys } from '@/contracts/api-key-revocation'
import type { Scope } from '@/contracts/permissions'
import type { RateLimit } from '@/contracts/rate-limit'
import type { Outcome, PageAct, PageLookup } from '../outcome'
import type { KeyFilters } from './filters'

/** When a new key ends: after days, at the end of a day (where the club is), or never. */
export type Expiry = { days: number } | { on: string } | null

/** What the keys page can do, each in the page's own club. */
export type KeyActions = {
  create: PageAct<
    {
      name: string
      scopes: Scope[]
      expiresAt: Expiry
      ownerId: string
      allowedCidrs: string[] | null
      rateLimit: RateLimit | null
    },
    CreatedApiKey
  >
  createHoney: PageAct<{ name: string; ownerId: string }, CreatedApiKey>
  update: PageAct<
    {
      id: string
      name?: string
      disabled?: boolean
      despiteLeak?: true
      expiresAt?: Expiry
      scopes?: Scope[]
      allowedCidrs?: string[] | null
      rateLimit?: RateLimit | null
      metadata?: ApiKey['metadata']
    },
    ApiKey
  >
  /** `expiresAt` left out: as long a life as the old key was made for. */
  rotate: PageAct<{ id: string; graceSeconds: number; expiresAt?: Expiry }, CreatedApiKey>
  revoke: PageAct<{ id: string; reason?: string; descendants: boolean }, RevokedApiKey>
  /** Counting alone (`preview`) needs no attempt. */
  revokeMany: (input: RevokeMany, attempt?: string) => Promise<Outcome<RevokedApiKeys>>
  /** The ids of keys that match and can be revoked, part by part; `after` is the last of the part before. */
  revocable: PageLookup<{ filter: KeyFilters; after?: string }, string[]>
  remove: PageAct<{ id: string }, void>
}

/** Takes back what was done, as an act of its own. */
export type Undo = (attempt: string) => Promise<Outcome<unknown>>

type RevokeMany = ({ ids: string[] } | { filter: KeyFilters }) & {
  reason?: string
  descendants?: boolean
  preview?: boolean
  expectedCount?: number
}

/**
 * Why a key cannot be given a scope: its owner's roles lack it, those of the person who makes it do, or the
 * club's policy keeps it out of keys.
 */
export type Withheld = Readonly<Record<Scope, 'owner' | 'maker' | 'policy'>>

/**
 * For whom a key can be made, with which scopes at most, how many live ones they have and the most they may
 * have. The first is the person who makes it: "You".
 */
export type KeyOwner = {
  id: string
  name: string
  scopes: readonly Scope[]
  withheld: Withheld
  live: number
  most: number
}

/** The club's policy for new keys. */
export type ExpiryPolicy = {
  defaultKeyDays: number
  minKeyDays: number
  maxKeyDays: number
  allowNonExpiringKeys: boolean
  /** Where the club's days end. */
  timeZone: string
}

/**
 * Who looks at the page: which scopes they can hand on, whether they see other people's keys, whether there
 * is an audit log to link to.
 */
export type Viewer = { scopes: readonly Scope[]; seesEveryone: boolean; club: string; seesAudit: boolean }

import type { Attention } from '@/components/overview/attention-list'
import { listAddress } from '@/components/list/address'
import type { KeyFilters } from '@/components/keys/filters'
import type { Actor } from '@/lib/actor'
import { countApiKeys, MOST_COUNTED } from '@/lib/auth/count-api-keys'
import { asFilter } from '../keys/filters'

type Look = Omit<Attention, 'href' | 'count' | 'orMore'> & { filters: Omit<KeyFilters, 'sort' | 'order'> }

/**
 * What somebody who runs keys looks after, the most urgent first. Each is a list of the keys page, of keys that
 * can be used: what is revoked or ended needs nobody any more.
 */
const LOOKS: readonly Look[] = [
  {
    name: 'Failing',
    about: 'Calls were refused (401, 403) or failed (5xx) in the last 7 days.',
    tone: 'bad',
    filters: { status: 'usable', failed: '7' },
  },
  {
    name: 'Expire within 14 days',
    about: 'Rotate them before what uses them stops.',
    tone: 'warn',
    filters: { status: 'usable', expires: '14' },
  },
  {
    name: 'Unused for 90 days',
    about: 'They work, and nobody seems to need them.',
    tone: 'warn',
    filters: { status: 'usable', used: 'unused-90' },
  },
  {
    name: 'Never expire',
    about: 'They work until somebody revokes them.',
    tone: 'plain',
    filters: { status: 'usable', expires: 'never' },
  },
  {
    name: 'Imported, still in use',
    about: 'Made by an older system, and used in the last 30 days.',
    tone: 'plain',
    filters: { status: 'usable', imported: 'true', used: 'used-30' },
  },
]

/** Counted by the very filters of the lists that the numbers lead to. */
export async function attentionOf(actor: Actor, keys: string): Promise<Attention[]> {
  const seesUsage = actor.ability.can('read-usage', 'ApiKey')
  const looks = LOOKS.filter(({ filters }) => seesUsage || filters.failed === undefined)
  return Promise.all(
    looks.map(async ({ filters, ...look }) => {
      const count = await countApiKeys(actor, asFilter(filters))
      return { ...look, count, orMore: count === MOST_COUNTED, href: listAddress(keys, filters) }
    }),
  )
}

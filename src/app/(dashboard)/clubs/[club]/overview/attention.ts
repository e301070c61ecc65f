import type { Attention } from '@/components/overview/attention-list'
import type { KeyFilters } from '@/components/keys/filters'
import type { Actor } from '@/lib/actor'
import { countApiKeys, MOST_COUNTED } from '@/lib/auth/count-api-keys'
import { asFilter } from '../keys/filters'

type Look = Omit<Attention, 'href' | 'count' | 'orMore'> & { filters: Omit<KeyFilters, 'sort'> }

/** What somebody who runs keys looks after, the most urgent first. Each is a list of the keys page. */
const LOOKS: readonly Look[] = [
  {
    name: 'Expire within 7 days',
    about: 'Rotate them before what uses them stops.',
    tone: 'warn',
    filters: { status: 'expiring' },
  },
  {
    name: 'Unused for 90 days',
    about: 'Active, and nobody seems to need them.',
    tone: 'warn',
    filters: { status: 'active', used: 'unused-90' },
  },
  {
    name: 'Imported, still in use',
    about: 'Made by an older system, and used in the last 30 days.',
    tone: 'plain',
    filters: { imported: 'true', used: 'used-30' },
  },
]

/** Counted by the very filters of the lists that the numbers lead to. */
export async function attentionOf(actor: Actor, keys: string): Promise<Attention[]> {
  return Promise.all(
    LOOKS.map(async ({ filters, ...look }) => {
      const count = await countApiKeys(actor, asFilter(filters))
      const address = new URLSearchParams(filters as Record<string, string>)
      return { ...look, count, orMore: count === MOST_COUNTED, href: `${keys}?${address.toString()}` }
    }),
  )
}

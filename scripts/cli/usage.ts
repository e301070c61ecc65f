import { usageQuery, type Usage, type UsageStep } from '@/contracts/usage'
import { amountOf } from '@/contracts/words'
import { getApiKeyUsage, getUsage } from '@/lib/usage/read-usage'
import { actorFor } from './club'
import { checked, options, print } from './command'
import { keyId } from './key-id'
import { actingFor } from './service-account'

export const USAGE_USAGE = `  usage   [--id ID | --user EMAIL | --service-account NAME|ID] [--from RFC3339] [--to RFC3339] [--by hour|day|month]
                                                   how much the keys were used: all of the club, one’s, or one; 30 days unless said`

/** How wide a bar is at most. */
const WIDTH = 40

export async function showUsage(args: string[]): Promise<void> {
  const given = options(args, {
    club: { type: 'string' },
    json: { type: 'boolean' },
    id: { type: 'string' },
    user: { type: 'string' },
    'service-account': { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    by: { type: 'string' },
  })
  const { club, id, user, 'service-account': account, from, to, by } = given
  const actor = await actorFor(club)
  const asked = checked(usageQuery, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(by !== undefined && { by }),
  })
  const owner =
    user !== undefined
      ? await actorFor(club, user)
      : account !== undefined
        ? await actingFor(actor, account)
        : null
  const ownerId = owner?.userId ?? undefined
  const found =
    id !== undefined && !owner
      ? await getApiKeyUsage(actor, { id: keyId(id), ...asked })
      : await getUsage(actor, {
          ...asked,
          ...(id !== undefined && { keyId: keyId(id) }),
          ...(ownerId && { ownerId }),
        })
  print(given.json, found, chart(found, asked.by ?? 'day'))
}

const LABEL: Record<UsageStep, number> = { hour: 16, day: 10, month: 7 }

/** A line for each step: when, how many calls, a bar as long as that, and what was refused or failed. */
function chart({ data, total }: Usage, by: UsageStep): string {
  const most = Math.max(1, ...data.map(({ requests }) => requests))
  const digits = String(most).length
  const lines = data.map(({ from, requests, ...refused }) => {
    const bar = '█'.repeat(Math.ceil((requests / most) * WIDTH))
    const when = from.slice(0, LABEL[by]).replace('T', ' ')
    return [when, String(requests).padStart(digits), bar, told(refused)].filter(Boolean).join('  ')
  })
  return [...lines, `${amountOf(total.requests, 'request')} in all${told(total) && `; ${told(total)}`}`].join(
    '\n',
  )
}

const told = ({ denied, limited, errors }: Omit<Usage['total'], 'requests'>): string =>
  Object.entries({ denied, limited, failed: errors })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')

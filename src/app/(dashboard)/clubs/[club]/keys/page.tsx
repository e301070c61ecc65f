import type { Metadata } from 'next'
import { ImportedKeys } from '@/components/keys/imported-keys'
import { KeyToolbar } from '@/components/keys/key-toolbar'
import { KeysToLookAt } from '@/components/keys/keys-to-look-at'
import { KeysPanel } from '@/components/keys/keys-panel'
import { countOf } from '@/components/keys/status-chips'
import { listAddress } from '@/components/list/address'
import { ExportMenu } from '@/components/list/export-menu'
import { PageBody } from '@/components/shell/header'
import { countByStatus, countDescendants, listApiKeys } from '@/lib/auth/api-key'
import { importedInUse } from '@/lib/auth/imported-in-use'
import { listKeyOwners } from '@/lib/auth/list-key-owners'
import { countUnusedKeys } from '@/lib/auth/count-unused-keys'
import { callsOfKeys } from '@/lib/usage/calls-of-keys'
import { requireActor } from '../../../../caller'
import { wordsOf } from '../../../../words'
import { keyMaking } from '../key-making'
import { listOrStart } from '../list-or-start'
import { pagingOf, placeIn } from '../paging'
import { asAddress, asFilter, asQuery, readFilters } from './filters'
import { keyActions, viewerOf } from './viewer'

export const metadata: Metadata = { title: 'Keys' }

const PAGE_SIZE = 20
/** How many days of calls stand beside a key. */
const DAYS = 7

type Query = Record<string, string | string[] | undefined>
type Props = { params: Promise<{ club: string }>; searchParams: Promise<Query> }

export default async function KeysPage({ params, searchParams }: Props) {
  const { club } = await params
  const query = await searchParams
  const { given, filter } = readFilters(query)
  const actor = await requireActor(club)
  const here = `/clubs/${club}/keys`
  const start = listAddress(here, given)
  const place = placeIn(query)
  const isStart = start === here && place.cursor === undefined
  // Those of each status are counted for the bar, and their sum is the total of most lists.
  const count = given.status === 'outside' ? ('true' as const) : undefined
  const [page, counts, making, owners, imported, unused] = await Promise.all([
    listOrStart(start, () =>
      listApiKeys(actor, { ...asQuery(given), limit: PAGE_SIZE, cursor: place.cursor, count }),
    ),
    countByStatus(actor, asFilter(filter ?? {})),
    keyMaking(club, actor),
    listKeyOwners(actor),
    importedInUse(actor),
    isStart ? countUnusedKeys(actor) : 0,
  ])
  const { data } = page
  const ids = data.map(({ id }) => id)
  const [made, calls] = await Promise.all([countDescendants(actor, ids), callsOfKeys(actor, data, DAYS)])
  const counted = counts && countOf(counts, given.status)
  const total = counted && { total: counted.total, totalIsExact: counted.isExact }
  const scopes = wordsOf().scopes.map(({ scope }) => scope)
  return (
    <PageBody>
      <KeysPanel
        {...{ keys: data, calls, given, making, filter }}
        viewer={viewerOf(club, actor)}
        paging={pagingOf('keys', { start, size: PAGE_SIZE, place }, { ...page, ...total })}
        actions={keyActions(club)}
        made={Object.fromEntries(made)}
      >
        {isStart && <KeysToLookAt keys={here} expiring={counts?.expiring ?? 0} unused={unused} />}
        {(isStart || given.imported === 'true') && <ImportedKeys keys={here} {...imported} />}
        {(data.length > 0 || !isStart) && (
          <KeyToolbar
            {...{ here, given, counts, owners, scopes }}
            imports={imported.imported > 0}
            seesUsage={calls !== null}
          >
            <ExportMenu
              club={club}
              path="/api/v1/api-keys"
              query={asAddress(given)}
              what="The keys are"
              file="keys"
              filtered={filter !== null}
            />
          </KeyToolbar>
        )}
      </KeysPanel>
    </PageBody>
  )
}

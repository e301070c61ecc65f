import type { Metadata } from 'next'
import { ImportedKeys } from '@/components/keys/imported-keys'
import { KeyFilterBar } from '@/components/keys/key-filters'
import { KeysToLookAt } from '@/components/keys/keys-to-look-at'
import { KeysPanel } from '@/components/keys/keys-panel'
import { PageLinks } from '@/components/page-links'
import { PageBody } from '@/components/shell/header'
import { countDescendants, listApiKeys } from '@/lib/auth/api-key'
import { importedInUse } from '@/lib/auth/imported-in-use'
import { listKeyOwners } from '@/lib/auth/list-key-owners'
import { keysToLookAt } from '@/lib/reminders/to-look-at'
import { requireActor } from '../../../../caller'
import { wordsOf } from '../../../../words'
import { keyMaking } from '../key-making'
import { listOrStart, once } from '../list-or-start'
import { asQuery, readFilters } from './filters'
import { keyActions, viewerOf } from './viewer'

export const metadata: Metadata = { title: 'Keys' }

const PAGE_SIZE = 20

type Props = {
  params: Promise<{ club: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function KeysPage({ params, searchParams }: Props) {
  const { club } = await params
  const query = await searchParams
  const cursor = once(query.cursor)
  const { given, filter, address } = readFilters(query)
  const actor = await requireActor(club)
  const here = `/clubs/${club}/keys`
  const start = address.size > 0 ? `${here}?${address.toString()}` : here
  const isStart = address.size === 0 && cursor === undefined
  const [{ data, nextCursor }, making, owners, imported, toLookAt] = await Promise.all([
    listOrStart(start, () => listApiKeys(actor, { ...asQuery(given), limit: PAGE_SIZE, cursor })),
    keyMaking(club, actor),
    listKeyOwners(actor),
    importedInUse(actor),
    isStart ? keysToLookAt(actor) : null,
  ])
  const scopes = wordsOf().scopes.map(({ scope }) => scope)
  const ids = data.map(({ id }) => id)
  return (
    <PageBody>
      <KeysPanel
        keys={data}
        viewer={viewerOf(club, actor)}
        making={making}
        filter={filter}
        later={cursor !== undefined}
        actions={keyActions(club)}
        made={Object.fromEntries(await countDescendants(actor, ids))}
      >
        {toLookAt && <KeysToLookAt keys={here} {...toLookAt} />}
        {(isStart || given.imported === 'true') && <ImportedKeys keys={here} {...imported} />}
        {(data.length > 1 || cursor !== undefined || address.size > 0) && (
          <KeyFilterBar
            key={address.toString()}
            {...{ here, given, owners, scopes }}
            imports={imported.imported > 0}
          />
        )}
      </KeysPanel>
      <PageLinks
        things="keys"
        back={given.sort ? 'Back to the beginning' : 'Back to the newest'}
        first={cursor === undefined ? null : start}
        next={nextCursor && `${start}${address.size > 0 ? '&' : '?'}cursor=${nextCursor}`}
      />
    </PageBody>
  )
}

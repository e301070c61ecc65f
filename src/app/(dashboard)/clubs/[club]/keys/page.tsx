import type { Metadata } from 'next'
import { PageLinks } from '@/components/page-links'
import { KeysPanel } from '@/components/keys/keys-panel'
import { Page } from '@/components/shell/header'
import { countDescendants, listApiKeys } from '@/lib/auth/api-key'
import { requireActor } from '../../../../caller'
import { keyMaking } from '../key-making'
import { listOrStart, once } from '../list-or-start'
import { keyActions, viewerOf } from './viewer'

export const metadata: Metadata = { title: 'Keys' }

const PAGE_SIZE = 20

type Props = { params: Promise<{ club: string }>; searchParams: Promise<{ cursor?: string | string[] }> }

export default async function KeysPage({ params, searchParams }: Props) {
  const { club } = await params
  const cursor = once((await searchParams).cursor)
  const actor = await requireActor(club)
  const here = `/clubs/${club}/keys`
  const [{ data, nextCursor }, making] = await Promise.all([
    listOrStart(here, () => listApiKeys(actor, { limit: PAGE_SIZE, cursor })),
    keyMaking(club, actor),
  ])
  const ids = data.map(({ id }) => id)
  return (
    <Page>
      <KeysPanel
        keys={data}
        viewer={viewerOf(club, actor)}
        making={making}
        later={cursor !== undefined}
        actions={keyActions(club)}
        made={Object.fromEntries(await countDescendants(actor, ids))}
      />
      <PageLinks things="keys" first={cursor === undefined ? null : here} next={nextCursor && `${here}?cursor=${nextCursor}`} />
    </Page>
  )
}

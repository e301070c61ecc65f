import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PageLinks } from '@/components/page-links'
import { AccountsPanel } from '@/components/service-accounts/accounts-panel'
import { PageBody } from '@/components/shell/header'
import { countLiveKeys } from '@/lib/members/count-keys'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireActor } from '../../../../caller'
import { keyMaking } from '../key-making'
import { listOrStart, once } from '../list-or-start'
import { sectionsOf } from '../sections'
import { changeAccount, createAccount, removeAccount } from './actions'

export const metadata: Metadata = { title: 'Service accounts' }

const PAGE_SIZE = 50

type Props = { params: Promise<{ club: string }>; searchParams: Promise<{ cursor?: string | string[] }> }

export default async function ServiceAccountsPage({ params, searchParams }: Props) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('service-accounts')) notFound()
  const here = `/clubs/${club}/service-accounts`
  const cursor = once((await searchParams).cursor)
  const [{ data, nextCursor }, making] = await Promise.all([
    listOrStart(here, () => listServiceAccounts(actor, { limit: PAGE_SIZE, cursor })),
    keyMaking(club, actor),
  ])
  const keys = await countLiveKeys(
    actor,
    data.map(({ user }) => user.id),
  )
  return (
    <PageBody>
      <AccountsPanel
        accounts={data.map((account) => ({ ...account, keys: keys.get(account.user.id) ?? 0 }))}
        own={actor.roles}
        actions={{
          create: createAccount.bind(null, club),
          update: changeAccount.bind(null, club),
          remove: removeAccount.bind(null, club),
        }}
        making={making}
        keysPath={`/clubs/${club}/keys`}
        later={cursor !== undefined}
      />
      <PageLinks
        things="service accounts"
        back="Back to the first"
        first={cursor === undefined ? null : here}
        next={nextCursor && `${here}?cursor=${nextCursor}`}
      />
    </PageBody>
  )
}

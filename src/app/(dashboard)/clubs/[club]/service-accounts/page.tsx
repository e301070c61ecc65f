import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AccountsPanel } from '@/components/service-accounts/accounts-panel'
import { PageBody } from '@/components/shell/header'
import { countLiveKeys } from '@/lib/members/count-keys'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireActor } from '../../../../caller'
import { keyMaking } from '../key-making'
import { listOrStart } from '../list-or-start'
import { pagingOf, placeIn } from '../paging'
import { sectionsOf } from '../sections'
import { changeAccount, createAccount, removeAccount } from './actions'

export const metadata: Metadata = { title: 'Service accounts' }

const PAGE_SIZE = 50

type Props = {
  params: Promise<{ club: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ServiceAccountsPage({ params, searchParams }: Props) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('service-accounts')) notFound()
  const here = `/clubs/${club}/service-accounts`
  const place = placeIn(await searchParams)
  const [page, making] = await Promise.all([
    listOrStart(here, () =>
      listServiceAccounts(actor, { limit: PAGE_SIZE, cursor: place.cursor, count: 'true' }),
    ),
    keyMaking(club, actor),
  ])
  const { data } = page
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
        paging={pagingOf('service accounts', { start: here, size: PAGE_SIZE, place }, page)}
      />
    </PageBody>
  )
}

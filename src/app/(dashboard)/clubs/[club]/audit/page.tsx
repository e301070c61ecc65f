import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { z } from 'zod'
import { AuditFilters } from '@/components/audit/audit-filters'
import { AuditList } from '@/components/audit/audit-list'
import { ExportMenu } from '@/components/list/export-menu'
import { ListHeading, Pager } from '@/components/list/pager'
import { PageBody, PageTitle } from '@/components/shell/header'
import { EmptyState } from '@/components/ui/empty-state'
import { listAuditEventsQuery } from '@/contracts/audit-event'
import { MAX_LIMIT } from '@/contracts/page'
import { describeTargets } from './target-names'
import { listAuditEvents } from '@/lib/audit/list'
import { listMembers } from '@/lib/members/list'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireActor } from '../../../../caller'
import { auditTexts, wordsOf } from '../../../../words'
import { listOrStart, once } from '../list-or-start'
import { pagingOf, placeIn } from '../paging'
import { sectionsOf } from '../sections'

export const metadata: Metadata = { title: 'Audit' }

const PAGE_SIZE = 30
const FILTERS = ['action', 'actorUserId', 'actorKeyId', 'targetType', 'targetId'] as const
const filters = listAuditEventsQuery.pick({
  action: true,
  actorUserId: true,
  actorKeyId: true,
  targetType: true,
  targetId: true,
})

type Filters = { given: z.output<typeof filters>; address: URLSearchParams }
type Query = Record<string, string | string[] | undefined>
type Props = { params: Promise<{ club: string }>; searchParams: Promise<Query> }

export default async function AuditPage({ params, searchParams }: Props) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('audit')) notFound()
  const here = `/clubs/${club}/audit`
  const query = await searchParams
  const { given, address } = readFilters(query)
  const filtered = address.size > 0
  const start = filtered ? `${here}?${address.toString()}` : here
  const place = placeIn(query)
  const [page, members, accounts] = await Promise.all([
    listOrStart(start, () =>
      listAuditEvents(actor, { ...given, limit: PAGE_SIZE, cursor: place.cursor, count: 'true' }),
    ),
    listMembers(actor, { limit: MAX_LIMIT }),
    listServiceAccounts(actor, { limit: MAX_LIMIT }),
  ])
  const { data } = page
  const names = await describeTargets(actor, data)
  const texts = auditTexts()
  const paging = pagingOf('events', { start, size: PAGE_SIZE, place }, page)
  return (
    <PageBody>
      <PageTitle
        title="Audit"
        lead="Everything that was done in the club, by whom and from where. Nobody can change or delete it."
        action={
          <ExportMenu
            club={club}
            path="/api/v1/audit-events"
            query={address.toString()}
            what="The log is"
            file="audit"
            filtered={filtered}
          />
        }
      />
      <AuditFilters
        {...{ here, texts, filtered }}
        people={[...members.data, ...accounts.data].map(({ user }) => user)}
        action={given.action}
        person={given.actorUserId}
      />
      <ListHeading paging={paging} />
      {data.length > 0 ? (
        <AuditList
          texts={texts}
          roles={wordsOf().roles}
          today={new Date().toISOString()}
          events={data.map((event) => ({ ...event, targetName: names.get(event.target.id) }))}
        />
      ) : (
        <EmptyState title="Nothing on record">
          {filtered ? 'Nothing matches what you asked for.' : 'What people do in the club will appear here.'}
        </EmptyState>
      )}
      <Pager {...paging} />
    </PageBody>
  )
}

/**
 * The filters of the page's address, as values and as an address again. A filter that cannot be is left out.
 */
function readFilters(query: Query): Filters {
  const asked: Record<string, string> = {}
  for (const name of FILTERS) {
    const value = once(query[name])
    if (value !== undefined) asked[name] = value
  }
  const parsed = filters.safeParse(asked)
  return parsed.success
    ? { given: parsed.data, address: new URLSearchParams(asked) }
    : { given: {}, address: new URLSearchParams() }
}

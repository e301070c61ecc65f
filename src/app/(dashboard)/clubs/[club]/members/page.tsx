import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { listAddress } from '@/components/list/address'
import { MembersPanel } from '@/components/members/members-panel'
import { PageBody } from '@/components/shell/header'
import { countLiveKeys } from '@/lib/members/count-keys'
import type { Actor } from '@/lib/actor'
import { mailsAreSent } from '@/lib/mail/configured'
import { listMembers } from '@/lib/members/list'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireActor } from '../../../../caller'
import { listOrStart } from '../list-or-start'
import { pagingOf, placeIn } from '../paging'
import { sectionsOf } from '../sections'
import * as acts from './actions'
import { memberQuery, readMemberFilters } from './filters'

export const metadata: Metadata = { title: 'Members' }

const PAGE_SIZE = 50

type Query = Record<string, string | string[] | undefined>
type Props = { params: Promise<{ club: string }>; searchParams: Promise<Query> }

export default async function MembersPage({ params, searchParams }: Props) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('members')) notFound()
  const query = await searchParams
  const given = readMemberFilters(query)
  const here = `/clubs/${club}/members`
  const start = listAddress(here, given)
  const place = placeIn(query)
  const page = await listOrStart(start, () =>
    listMembers(actor, { ...memberQuery(given), limit: PAGE_SIZE, cursor: place.cursor, count: 'true' }),
  )
  const { data } = page
  const changes = actor.ability.can('update', 'Membership')
  const users = data.map(({ user }) => user.id)
  const keys = changes ? await countLiveKeys(actor, users) : null
  return (
    <PageBody>
      <MembersPanel
        members={data.map((member) => ({ ...member, keys: keys && (keys.get(member.user.id) ?? 0) }))}
        self={actor.userId ?? ''}
        filters={{ here, given }}
        paging={pagingOf('members', { start, size: PAGE_SIZE, place }, page)}
        keysPath={`/clubs/${club}/keys`}
        managing={changes ? await managing(club, actor) : null}
      />
    </PageBody>
  )
}

/** More than any club has: each can be chosen from one list. */
const ALL = 1_000

async function managing(club: string, actor: Actor) {
  const accounts = await listServiceAccounts(actor, { limit: ALL, status: 'ACTIVE' })
  const heirs = accounts.data.map(({ id, user, roles }) => ({
    id,
    name: user.name,
    scopes: effectiveScopes(actor.scopes, roles),
  }))
  const actions = {
    invite: acts.invite.bind(null, club),
    inviteAgain: acts.inviteAgain.bind(null, club),
    invitationLink: acts.linkToInvite.bind(null, club),
    withdraw: acts.withdraw.bind(null, club),
    passwordLink: acts.linkToReset.bind(null, club),
    update: acts.changeMember.bind(null, club),
    remove: acts.takeOut.bind(null, club),
    impact: acts.impact.bind(null, club),
    handOver: acts.handOver.bind(null, club),
  }
  return { actions, heirs, accountsPath: `/clubs/${club}/service-accounts`, mails: mailsAreSent() }
}

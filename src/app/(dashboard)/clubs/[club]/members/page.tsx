import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { MembersPanel } from '@/components/members/members-panel'
import { PageLinks } from '@/components/page-links'
import { PageBody } from '@/components/shell/header'
import { countLiveKeys } from '@/lib/members/count-keys'
import type { Actor } from '@/lib/actor'
import { listMembers } from '@/lib/members/list'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireActor } from '../../../../caller'
import { listOrStart, once } from '../list-or-start'
import { sectionsOf } from '../sections'
import { handOver, impact, invite, inviteAgain, takeOut, changeMember } from './actions'

export const metadata: Metadata = { title: 'Members' }

const PAGE_SIZE = 50

type Props = { params: Promise<{ club: string }>; searchParams: Promise<{ cursor?: string | string[] }> }

export default async function MembersPage({ params, searchParams }: Props) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('members')) notFound()
  const here = `/clubs/${club}/members`
  const cursor = once((await searchParams).cursor)
  const { data, nextCursor } = await listOrStart(here, () => listMembers(actor, { limit: PAGE_SIZE, cursor }))
  const changes = actor.ability.can('update', 'Membership')
  const keys = changes
    ? await countLiveKeys(
        actor,
        data.map(({ user }) => user.id),
      )
    : null
  return (
    <PageBody>
      <MembersPanel
        members={data.map((member) => ({ ...member, keys: keys && (keys.get(member.user.id) ?? 0) }))}
        self={actor.userId ?? ''}
        managing={changes ? await managing(club, actor) : null}
      />
      <PageLinks
        things="members"
        first={cursor === undefined ? null : here}
        next={nextCursor && `${here}?cursor=${nextCursor}`}
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
    invite: invite.bind(null, club),
    inviteAgain: inviteAgain.bind(null, club),
    update: changeMember.bind(null, club),
    remove: takeOut.bind(null, club),
    impact: impact.bind(null, club),
    handOver: handOver.bind(null, club),
  }
  return { actions, heirs, accountsPath: `/clubs/${club}/service-accounts` }
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PolicyPanel } from '@/components/settings/policy-panel'
import { PageBody, PageTitle } from '@/components/shell/header'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { requireActor } from '../../../../caller'
import { sectionsOf } from '../sections'
import { grantingRoles } from '../../../../words'
import { updatePolicy } from './actions'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('settings')) notFound()
  return (
    <PageBody narrow>
      <PageTitle
        title="Settings"
        lead="How long the club’s keys live, who may make them, and how many calls they may make."
      />
      <PolicyPanel
        policy={await getClubPolicy(actor)}
        roles={grantingRoles()}
        keys={`/clubs/${club}/keys`}
        update={updatePolicy.bind(null, club)}
      />
    </PageBody>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ClubForm, type ZoneGroup } from '@/components/settings/club-form'
import { PolicyPanel } from '@/components/settings/policy-panel'
import { PageBody, PageTitle } from '@/components/shell/header'
import { TIME_ZONES } from '@/contracts/time-zone'
import { readClub } from '@/lib/clubs/read-club'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { requireActor } from '../../../../caller'
import { sectionsOf } from '../sections'
import { grantingRoles } from '../../../../words'
import { changeClub, updatePolicy } from './actions'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('settings')) notFound()
  const [profile, policy] = await Promise.all([readClub(actor), getClubPolicy(actor)])
  return (
    <PageBody narrow>
      <PageTitle title="Settings" lead="What the club is called, and what its keys may be." />
      <ClubForm club={profile} zones={zonesByRegion(profile.timeZone)} update={changeClub.bind(null, club)} />
      <PolicyPanel
        policy={policy}
        roles={grantingRoles()}
        keys={`/clubs/${club}/keys`}
        update={updatePolicy.bind(null, club)}
      />
    </PageBody>
  )
}

/** @param chosen which may be another name of one that is offered */
function zonesByRegion(chosen: string): ZoneGroup[] {
  const groups = new Map<string, string[]>()
  for (const zone of [...new Set([...TIME_ZONES, chosen])].sort()) {
    const region = zone.includes('/') ? zone.slice(0, zone.indexOf('/')) : 'Everywhere'
    groups.set(region, [...(groups.get(region) ?? []), zone])
  }
  return [...groups].map(([region, zones]) => ({ region, zones }))
}

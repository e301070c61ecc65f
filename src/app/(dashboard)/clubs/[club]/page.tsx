import { redirect } from 'next/navigation'
import { requireActor } from '../../../caller'
import { sectionsOf } from './sections'

/** Where a club begins: with the overview, or with the keys of who sees nothing else. */
export default async function ClubPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  const [first = 'keys'] = sectionsOf(await requireActor(club))
  redirect(`/clubs/${club}/${first}`)
}

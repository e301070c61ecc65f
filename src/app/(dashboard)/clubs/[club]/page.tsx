import { redirect } from 'next/navigation'
import { requireActor } from '../../../caller'

export default async function ClubPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  await requireActor(club)
  redirect(`/clubs/${club}/keys`)
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CreateClub } from '@/components/clubs/create-club'
import { Header, PageBody, PageTitle } from '@/components/shell/header'
import { mayCreateClubs } from '@/lib/clubs/create-own-club'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { requireSignedIn } from '../../caller'
import { createClubOfMine } from './actions'

export const metadata: Metadata = { title: 'Create a club' }

export default async function CreateClubPage() {
  const { userId, name, email } = await requireSignedIn()
  if (!mayCreateClubs()) notFound()
  const clubs = await clubsOf(userId)
  return (
    <>
      <Header person={{ name, email }} clubs={clubs.map(({ slug, name }) => ({ slug, name }))} />
      <PageBody narrow>
        <PageTitle title="Create a club" lead="You become its first admin, and can then invite others." />
        <CreateClub create={createClubOfMine} />
      </PageBody>
    </>
  )
}

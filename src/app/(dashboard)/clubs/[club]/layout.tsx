import type { ReactNode } from 'react'
import { Header } from '@/components/shell/header'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { mayCreateClubs } from '@/lib/clubs/create-own-club'
import { getClub } from '@/lib/clubs/get-club'
import { recordVisit } from '@/lib/members/record-visit'
import { requireActor, requireSignedIn } from '../../../caller'
import { sectionsOf } from './sections'

type Props = { children: ReactNode; params: Promise<{ club: string }> }

export default async function ClubLayout({ children, params }: Props) {
  const { club: slug } = await params
  const actor = await requireActor(slug)
  const person = await requireSignedIn()
  const [clubs, { name }] = await Promise.all([clubsOf(person.userId), getClub(actor), recordVisit(actor)])
  return (
    <>
      <Header
        person={{ name: person.name, email: person.email }}
        clubs={clubs.map(({ slug, name }) => ({ slug, name }))}
        current={{ slug, name }}
        sections={sectionsOf(actor)}
        createPath={mayCreateClubs() ? '/create-club' : undefined}
      />
      {children}
    </>
  )
}

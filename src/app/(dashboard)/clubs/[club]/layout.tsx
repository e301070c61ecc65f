import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ArrivingPage } from '@/components/shell/arrival'
import { Header } from '@/components/shell/header'
import { apart } from '@/contracts/unseen'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { mayCreateClubs } from '@/lib/clubs/create-own-club'
import { recordVisit } from '@/lib/members/record-visit'
import { requireActor, requireClub, requireSignedIn } from '../../../caller'
import { sectionsOf } from './sections'

type Props = { children: ReactNode; params: Promise<{ club: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  // Thrown here, "not found" would leave the page without any title; the layout throws it as well.
  const club = await requireClub((await params).club).catch(() => null)
  return { title: club ? { default: apart(club.name), template: `%s · ${apart(club.name)}` } : 'Not found' }
}

export default async function ClubLayout({ children, params }: Props) {
  const { club: slug } = await params
  const actor = await requireActor(slug)
  const person = await requireSignedIn()
  const [clubs, { name }] = await Promise.all([clubsOf(person.userId), requireClub(slug), recordVisit(actor)])
  return (
    <>
      <Header
        person={{ name: person.name, email: person.email }}
        clubs={clubs.map(({ slug, name }) => ({ slug, name }))}
        current={{ slug, name }}
        sections={sectionsOf(actor)}
        createPath={mayCreateClubs() ? '/create-club' : undefined}
      />
      <ArrivingPage>{children}</ArrivingPage>
    </>
  )
}

import type { ReactNode } from 'react'
import { Header } from '@/components/shell/header'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { getClub } from '@/lib/clubs/get-club'
import { requireActor, requireSignedIn } from '../../../caller'
import { sectionsOf } from './sections'

type Props = { children: ReactNode; params: Promise<{ club: string }> }

export default async function ClubLayout({ children, params }: Props) {
  const { club: slug } = await params
  const actor = await requireActor(slug)
  const person = await requireSignedIn()
  const [clubs, { name }] = await Promise.all([clubsOf(person.userId), getClub(actor)])
  return (
    <>
      <Header
        person={{ name: person.name, email: person.email }}
        clubs={clubs.map(({ slug, name }) => ({ slug, name }))}
        current={{ slug, name }}
        sections={sectionsOf(actor)}
      />
      {children}
    </>
  )
}

import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { roleNames } from '@/components/role-names'
import { Header, PageBody, PageTitle } from '@/components/shell/header'
import { EmptyState } from '@/components/ui/empty-state'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { requireSignedIn } from '../../caller'
import { wordsOf } from '../../words'

export const metadata: Metadata = { title: 'Clubs' }

export default async function ClubsPage() {
  const person = await requireSignedIn()
  const clubs = await clubsOf(person.userId)
  const [only, second] = clubs
  if (only && !second) redirect(`/clubs/${only.slug}/keys`)
  return (
    <>
      <Header person={{ name: person.name, email: person.email }} clubs={clubs} />
      <PageBody narrow>
        {clubs.length === 0 ? (
          <>
            <PageTitle title="Clubs" lead="Keys belong to a club." />
            <EmptyState title="You are in no club yet">
              Ask an admin of your club to invite {person.email}. The club then appears here.
            </EmptyState>
          </>
        ) : (
          <>
            <PageTitle
              title="Choose a club"
              lead="Your roles, and the keys you see, differ from club to club."
            />
            <ul className="grid gap-2">
              {clubs.map(({ slug, name, roles }) => (
                <li key={slug}>
                  <Link
                    href={`/clubs/${slug}/keys`}
                    prefetch={false}
                    className="grid rounded-xl border border-line bg-raised px-4 py-3.5 transition-colors hover:border-edge hover:bg-well"
                  >
                    <span className="font-semibold">{name}</span>
                    <span className="text-sm text-quiet">{roleNames(wordsOf().roles, roles)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </PageBody>
    </>
  )
}

import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { roleNames } from '@/components/role-names'
import { ClubMark } from '@/components/shell/club-mark'
import { Header, PageBody, PageTitle } from '@/components/shell/header'
import { EmptyState } from '@/components/ui/empty-state'
import { Name } from '@/components/ui/name'
import { Notice } from '@/components/ui/notice'
import { buttonClass } from '@/components/ui/button'
import { mayCreateClubs } from '@/lib/clubs/create-own-club'
import { clubsOf, clubsShutTo } from '@/lib/sign-in/session-actor'
import { requireSignedIn } from '../../caller'
import { wordsOf } from '../../words'

export const metadata: Metadata = { title: 'Clubs' }

export default async function ClubsPage() {
  const person = await requireSignedIn()
  const [clubs, shut] = await Promise.all([clubsOf(person.userId), clubsShutTo(person.userId)])
  const [only, second] = clubs
  if (only && !second && shut.length === 0) redirect(`/clubs/${only.slug}`)
  return (
    <>
      <Header person={{ name: person.name, email: person.email }} clubs={clubs} />
      <PageBody narrow>
        {clubs.length === 0 && shut.length > 0 ? (
          <>
            <PageTitle title="Clubs" lead="You can enter none at the moment." />
            <Suspensions clubs={shut} />
          </>
        ) : clubs.length === 0 ? (
          <>
            <PageTitle title="Clubs" lead="Keys belong to a club." />
            <EmptyState title="You are in no club yet" action={mayCreateClubs() && <CreateLink />}>
              Ask an admin of your club to invite {person.email}. The club then appears here.
            </EmptyState>
          </>
        ) : (
          <>
            <PageTitle
              title="Choose a club"
              lead="Your roles, and the keys you see, differ from club to club."
              action={mayCreateClubs() && <CreateLink />}
            />
            <ul className="grid gap-2">
              {clubs.map(({ slug, name, roles }) => (
                <li key={slug}>
                  <Link
                    href={`/clubs/${slug}`}
                    prefetch={false}
                    className="grid rounded-xl border border-line bg-raised px-4 py-3.5 transition-colors hover:border-edge hover:bg-well"
                  >
                    <span className="flex min-w-0 items-center gap-2.5 font-semibold">
                      <ClubMark name={name} />
                      <span className="min-w-0 break-words">
                        <Name>{name}</Name>
                      </span>
                    </span>
                    <span className="pl-9.5 text-sm text-quiet">{roleNames(wordsOf().roles, roles)}</span>
                  </Link>
                </li>
              ))}
            </ul>
            <Suspensions clubs={shut} />
          </>
        )}
      </PageBody>
    </>
  )
}

/** Names alone: nothing of the club is for them to see. */
function Suspensions({ clubs }: { clubs: readonly { slug: string; name: string }[] }) {
  return clubs.map(({ slug, name }) => (
    <Notice key={slug} tone="warn">
      <p className="break-words">
        <strong className="font-semibold">
          <Name>{name}</Name> has suspended you.
        </strong>{' '}
        Your keys there answer 401, too. Ask an admin of the club to reinstate you.
      </p>
    </Notice>
  ))
}

const CreateLink = () => (
  <Link href="/create-club" prefetch={false} className={buttonClass('secondary')}>
    Create a club
  </Link>
)

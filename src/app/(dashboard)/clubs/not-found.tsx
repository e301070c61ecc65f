import type { Metadata } from 'next'
import Link from 'next/link'
import { Header } from '@/components/shell/header'
import { NothingHere } from '@/components/shell/nothing-here'
import { buttonClass } from '@/components/ui/button'
import { clubsOf } from '@/lib/sign-in/session-actor'
import { requireSignedIn } from '../../caller'

export const metadata: Metadata = { title: 'Not found' }

/** The same page for a club that does not exist and for one of other people's. */
export default async function NoSuchClub() {
  const { userId, name, email } = await requireSignedIn()
  const clubs = await clubsOf(userId)
  return (
    <>
      <Header
        person={{ name, email }}
        clubs={clubs.map(({ slug, name: called }) => ({ slug, name: called }))}
      />
      <NothingHere lead="This club does not exist, or you are not one of its members.">
        <Link href="/clubs" className={buttonClass('secondary', 'w-fit')}>
          Go to your clubs
        </Link>
      </NothingHere>
    </>
  )
}

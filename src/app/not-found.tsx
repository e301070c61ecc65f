import type { Metadata } from 'next'
import Link from 'next/link'
import { Entrance } from '@/components/auth/entrance'
import { buttonClass } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not found' }

/** The same page for what does not exist and for what is somebody else's. */
export default function NotFound() {
  return (
    <Entrance title="Nothing here" lead="This page does not exist, or it is not yours to see.">
      <Link href="/clubs" className={buttonClass('secondary', 'w-fit')}>
        Go to your clubs
      </Link>
    </Entrance>
  )
}

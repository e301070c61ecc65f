import type { Metadata } from 'next'
import { NothingHere } from '@/components/shell/nothing-here'

export const metadata: Metadata = { title: 'Not found' }

/** Within the club's frame: whoever followed an old link goes on from here. */
export default function NotInThisClub() {
  return (
    <NothingHere lead="This page does not exist, or it is not yours to see. What you look for may have been deleted; the sections above are all that you can open." />
  )
}

import Link from 'next/link'
import { apart } from '@/contracts/unseen'
import { listAddress } from '../list/address'

type Props = {
  count: number
  owner: { id: string; name: string }
  /** The address of the club's keys. */
  keysPath: string
}

/** How many live keys somebody has, leading to them. */
export function KeyCount({ count, owner: { id, name }, keysPath }: Props) {
  if (count === 0) return <span className="text-quiet">None</span>
  return (
    <Link
      href={listAddress(keysPath, { owner: id })}
      prefetch={false}
      className="rounded text-accent underline-offset-4 hover:underline"
      aria-label={`${count.toLocaleString('en')} live ${count === 1 ? 'key' : 'keys'} of ${apart(name)}`}
    >
      {count.toLocaleString('en')}
    </Link>
  )
}

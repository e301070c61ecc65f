import Link from 'next/link'
import { Notice } from '../ui/notice'

type Props = { keys: string; expiring: number; unused: number }

/** What people are reminded of by mail as well. */
export function KeysToLookAt({ keys, expiring, unused }: Props) {
  if (expiring + unused === 0) return null
  return (
    <Notice tone="warn">
      {expiring > 0 && (
        <p>
          {many(expiring)} within 7 days.{' '}
          <Show href={`${keys}?status=expiring`} what="the keys that end soon" />
        </p>
      )}
      {unused > 0 && (
        <p>
          {unused === 1 ? '1 key was' : `${told(unused)} keys were`} not used for 90 days.{' '}
          <Show href={`${keys}?status=active&used=unused-90`} what="the keys that nobody uses" />
        </p>
      )}
    </Notice>
  )
}

const told = (count: number) => (count >= 100 ? '100 or more' : String(count))
const many = (count: number) => (count === 1 ? '1 key ends' : `${told(count)} keys end`)

function Show({ href, what }: { href: string; what: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-label={`Show ${what}`}
      className="font-medium underline underline-offset-4"
    >
      Show
    </Link>
  )
}

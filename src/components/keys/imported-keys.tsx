import Link from 'next/link'
import { Notice } from '../ui/notice'

type Props = { keys: string; imported: number; used: number; days: number; atMost: number }

/** Whether the keys of an older system can go. */
export function ImportedKeys({ keys, imported, used, days, atMost }: Props) {
  if (imported === 0) return null
  const told = (count: number) => (count >= atMost ? `${atMost.toLocaleString('en')} or more` : String(count))
  const which = imported === 1 ? 'imported key was' : 'imported keys were'
  return (
    <Notice tone="plain">
      <p>
        {told(used)} of {told(imported)} {which} used in the last {days} days.{' '}
        {used > 0 && <Show href={`${keys}?imported=true&used=used-${days}`} what="used" />}
        {used > 0 && used < imported && ' · '}
        {used < imported && <Show href={`${keys}?imported=true&used=unused-${days}`} what="unused" />}
      </p>
    </Notice>
  )
}

function Show({ href, what }: { href: string; what: string }) {
  return (
    <Link href={href} prefetch={false} className="font-medium whitespace-nowrap underline underline-offset-4">
      Show the {what} ones
    </Link>
  )
}

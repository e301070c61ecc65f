import Link from 'next/link'
import type { ClubPolicy } from '@/contracts/club-policy'
import { listAddress } from '../list/address'
import { Name } from '../ui/name'
import { Notice } from '../ui/notice'

type Outside = ClubPolicy['outside']

/** What the policy as it stands does not cover. */
export function OutsideNotice({ outside, keys }: { outside: Outside; keys: string }) {
  if (outside.keys.count === 0 && outside.owners.length === 0) return null
  return (
    <Notice tone="warn">
      <div className="grid gap-1">
        {outside.keys.count > 0 && (
          <p>
            {counted(outside.keys.count)} could not be made under this policy.{' '}
            <Link
              href={`${keys}?status=outside`}
              prefetch={false}
              className="rounded font-medium underline underline-offset-4"
            >
              Show {outside.keys.count === 1 ? 'it' : 'them'}
            </Link>
          </p>
        )}
        {outside.owners.length > 0 && <Crowded owners={outside.owners} keys={keys} />}
      </div>
    </Notice>
  )
}

export const counted = (count: number) => (count === 1 ? 'One key' : `${count.toLocaleString('en')} keys`)

/** Owners with more keys than the policy allows, each with a link to them. */
export function Crowded({ owners, keys }: { owners: Outside['owners']; keys: string }) {
  return (
    <p>
      More keys than allowed:{' '}
      {owners.map(({ id, name, liveKeys }, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <Link
            href={listAddress(keys, { owner: id })}
            prefetch={false}
            className="rounded font-medium underline underline-offset-4"
          >
            <Name>{name}</Name>
          </Link>{' '}
          ({liveKeys})
        </span>
      ))}
    </p>
  )
}

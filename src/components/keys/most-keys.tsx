import { apart } from '@/contracts/unseen'
import { Notice } from '../ui/notice'
import type { KeyOwner } from './actions'

/** From so many on that may still be made, it is worth a word. */
const FEW = 5

type Props = { owner: KeyOwner | undefined; isYou: boolean }

/** Says how many live keys the club allows an owner, before one too many is refused. */
export function MostKeys({ owner, isYou }: Props) {
  if (!owner || owner.most - owner.live > FEW) return null
  const { name, live, most } = owner
  const left = Math.max(0, most - live)
  const who = isYou ? 'You have' : `${apart(name)} has`
  return (
    <Notice tone={left === 0 ? 'warn' : 'plain'}>
      {who} {amount(live)}
      {left === 0
        ? `. The club allows ${told(most)}: revoke one first.`
        : `. The club allows ${told(most)}, so ${told(left)} more can be made.`}
    </Notice>
  )
}

const told = (count: number) => count.toLocaleString('en')
const amount = (count: number) => `${told(count)} live ${count === 1 ? 'key' : 'keys'}`

import { roleNames } from '../role-names'
import { useWords } from '../words'
import type { KeyMaking } from './create-key-dialog'

/** Why somebody makes no key here, in the place of the button that would be refused. */
export function NoMaking({ making: { makers } }: { making: Pick<KeyMaking, 'makers'> }) {
  const { roles } = useWords()
  return (
    <p className="max-w-72 text-sm text-pretty text-quiet">
      {makers === null
        ? 'You cannot make keys: your roles hold nothing that a key of yours could do.'
        : makers.length === 0
          ? 'Nobody makes keys: so the club’s policy has it.'
          : `You cannot make keys. The club’s policy leaves it to: ${roleNames(roles, makers)}.`}
    </p>
  )
}

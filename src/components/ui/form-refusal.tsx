import { messageOf, type Refused } from '../outcome'
import { Notice } from './notice'

type Props = {
  refused: Refused | null
  /** What the form's fields say themselves. */
  fields: readonly string[]
  /** The answer was lost, and can be asked for again. */
  lost: boolean
}

/** What a whole form has to say of its last try, beside its button. */
export function FormRefusal({ refused, fields, lost }: Props) {
  if (lost) return <Unknown />
  const message = messageOf(refused, fields)
  return message && <Notice tone="bad">{message}</Notice>
}

function Unknown() {
  return (
    <Notice tone="warn" urgent>
      <p className="font-medium">Nobody knows whether this was done.</p>
      <p>No answer came. Ask again: you get that answer, and nothing is done twice. Or look at the page.</p>
    </Notice>
  )
}

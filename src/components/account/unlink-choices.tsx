'use client'

import { apart } from '@/contracts/unseen'
import { Checkbox } from '../ui/checkbox'
import { When } from '../when'
import type { Identity } from './actions'

type Props = { identities: readonly Identity[]; legend: string; hint: string; chosen: boolean }

/** The identities that sign in to the account, besides the password that is being changed. */
export function UnlinkChoices({ identities, legend, hint, chosen }: Props) {
  if (identities.length === 0) return null
  return (
    <fieldset className="grid gap-1.5" aria-describedby="unlink-hint">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="grid rounded-lg border border-line p-2">
        {identities.map(({ id, name, linkedAt }) => (
          <Checkbox
            key={id}
            name="unlink"
            value={id}
            defaultChecked={chosen}
            label={`Unlink ${apart(name)}`}
            hint={
              <>
                Linked <When at={linkedAt} />
              </>
            }
          />
        ))}
      </div>
      <p id="unlink-hint" className="text-sm text-quiet">
        {hint}
      </p>
    </fieldset>
  )
}

export const chosenToUnlink = (form: FormData): string[] =>
  form.getAll('unlink').filter((value) => typeof value === 'string')

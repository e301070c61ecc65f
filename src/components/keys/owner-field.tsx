'use client'

import { apart } from '@/contracts/unseen'
import { SelectField } from '../ui/field'
import type { KeyOwner } from './actions'

type Props = {
  owners: readonly KeyOwner[]
  ownerId: string
  choose: (id: string) => void
  error: string | undefined
}

/** For those who can make keys for others than themselves. */
export function OwnerField({ owners, ownerId, choose, error }: Props) {
  if (owners.length < 2) return null
  return (
    <SelectField
      label="Owner"
      hint="A service account’s key stays when you leave."
      value={ownerId}
      onChange={(event) => choose(event.target.value)}
      error={error}
    >
      {owners.map(({ id, name }) => (
        <option key={id} value={id}>
          {apart(name)}
        </option>
      ))}
    </SelectField>
  )
}

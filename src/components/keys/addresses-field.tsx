'use client'

import type { Refused } from '../outcome'
import { textOf } from '../form-text'
import { TextAreaField } from '../ui/field'

type Props = { value?: readonly string[] | null; refused: Refused | null; autoFocus?: boolean }

/** One network or address a line. */
export function AddressesField({ value, refused, autoFocus = false }: Props) {
  return (
    <TextAreaField
      label="IP allowlist"
      name="addresses"
      rows={3}
      defaultValue={value?.join('\n') ?? ''}
      placeholder={'203.0.113.7\n2001:db8::/32'}
      hint="One address or network (CIDR) a line. From anywhere else the key is answered like an unknown one. Empty: it works from anywhere."
      autoFocus={autoFocus}
      spellCheck={false}
      autoComplete="off"
      error={addressError(refused)}
    />
  )
}

/** The same for a new key, folded away: most keys need no list. */
export function OptionalAddresses({ refused }: { refused: Refused | null }) {
  return (
    <details open={refuses(refused) || undefined}>
      <summary className="w-fit cursor-pointer rounded py-1 text-sm font-medium text-accent">
        Set an IP allowlist
      </summary>
      <div className="pt-3">
        <AddressesField refused={refused} />
      </div>
    </details>
  )
}

/** Whether something is wrong with the addresses, and the field says so. */
const refuses = (refused: Refused | null): boolean =>
  refused?.errors.some(({ path }) => isAboutAddresses(path)) ?? false

/** What the field says: null for nothing, which is "from anywhere". */
export function readAddresses(form: FormData): string[] | null {
  const entries = textOf(form, 'addresses').split(/[\s,]+/).filter(Boolean) // prettier-ignore
  return entries.length > 0 ? entries : null
}

/** Of one of them (`allowedCidrs.2`), or of all. */
const isAboutAddresses = (path: string): boolean =>
  path === 'allowedCidrs' || path.startsWith('allowedCidrs.')

/** Of an entry by its place: "Line 3 must ...". */
function addressError(refused: Refused | null): string | undefined {
  const found = refused?.errors.find(({ path }) => isAboutAddresses(path))
  const [, place] = found?.path.split('.') ?? []
  return found && (place === undefined ? found.message : `Entry ${Number(place) + 1} ${found.message}`)
}

'use client'

import { useState } from 'react'
import { textOf } from '../form-text'
import { SelectField, TextField } from '../ui/field'
import type { Expiry, ExpiryPolicy } from './actions'

const DAY_MS = 86_400_000
const OFFERED_DAYS = [7, 30, 90, 366]

type Props = {
  label?: string
  policy: ExpiryPolicy
  error: string | undefined
  /** What to call the choice that leaves it to the server. */
  usual?: string
  /** The end of a key that there is, to begin with: a date, or never. */
  now?: string | null
}

export function ExpiryField({ label = 'Expires', policy, error, usual, now }: Props) {
  const [chosen, setChosen] = useState(firstOf(policy, usual, now))
  const days = [...new Set([...OFFERED_DAYS, policy.defaultKeyDays])]
    .filter((count) => count >= policy.minKeyDays && count <= policy.maxKeyDays)
    .sort((a, b) => a - b)
  const onDate = chosen === 'date'
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <SelectField
        label={label}
        name="expiry"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        hint={onDate ? undefined : ends(chosen)}
        error={onDate ? undefined : error}
      >
        {usual !== undefined && <option value={USUAL}>{usual}</option>}
        {days.map((count) => (
          <option key={count} value={count}>
            {count === 366 ? 'In a year' : `In ${count} days`}
          </option>
        ))}
        <option value="date">On a date…</option>
        {policy.allowNonExpiringKeys && <option value="never">Never</option>}
      </SelectField>
      {onDate && (
        <TextField
          label="Last day"
          name="on"
          type="date"
          required
          defaultValue={now?.slice(0, 10)}
          min={isoDay(Math.max(1, policy.minKeyDays))}
          max={isoDay(policy.maxKeyDays - 1)}
          hint="It ends with that day, in UTC."
          error={error}
        />
      )}
    </div>
  )
}

const USUAL = 'usual'

function firstOf(
  { defaultKeyDays, allowNonExpiringKeys }: ExpiryPolicy,
  usual?: string,
  now?: string | null,
): string {
  if (usual !== undefined) return USUAL
  if (now) return 'date'
  return now === null && allowNonExpiringKeys ? 'never' : String(defaultKeyDays)
}

/** What the form's fields say; undefined: what is usual. */
export function readRenewal(form: FormData): Expiry | undefined {
  return textOf(form, 'expiry') === USUAL ? undefined : readExpiry(form)
}

export function readExpiry(form: FormData): Expiry {
  const chosen = textOf(form, 'expiry')
  if (chosen === 'never') return null
  return chosen === 'date' ? { on: textOf(form, 'on') } : { days: Number(chosen) }
}

const isoDay = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

function ends(chosen: string): string {
  if (chosen === USUAL) return 'Within what the club allows today.'
  return chosen === 'never'
    ? 'It works until somebody revokes it. A date is safer.'
    : `It stops working on ${isoDay(Number(chosen))}.`
}

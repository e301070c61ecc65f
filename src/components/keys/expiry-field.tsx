'use client'

import { useId, useState, type ReactNode } from 'react'
import { textOf } from '../form-text'
import { dayOf, ownZone } from '../moment'
import { FieldMessage, TextField } from '../ui/field'
import type { Expiry, ExpiryPolicy } from './actions'

const DAY_MS = 86_400_000
const OFFERED_DAYS = [7, 30, 90, 366]
const USUAL = 'usual'

type Props = {
  label?: string
  policy: ExpiryPolicy
  error: string | undefined
  /** What to call the choice that leaves it to the server. */
  usual?: string
  /** The end of a key that there is, to begin with: a date, or never. */
  now?: string | null
  autoFocus?: boolean
}

/** When a key ends, with the day that this makes, and what the club allows. */
export function ExpiryField({ label = 'Expires', policy, error, usual, now, autoFocus = false }: Props) {
  const [chosen, setChosen] = useState(firstOf(policy, usual, now))
  const id = useId()
  const days = [...new Set([...OFFERED_DAYS, policy.defaultKeyDays])]
    .filter((count) => count >= policy.minKeyDays && count <= policy.maxKeyDays)
    .sort((a, b) => a - b)
  const choice = (value: string, title: ReactNode) => (
    <Choice key={value} {...{ value, chosen, autoFocus }} choose={setChosen}>
      {title}
    </Choice>
  )
  const onDate = chosen === 'date'
  return (
    <fieldset className="grid min-w-0 gap-2" aria-describedby={`${id}-hint ${id}-error`}>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {usual !== undefined && choice(USUAL, usual)}
        {days.map((count) =>
          choice(
            String(count),
            <>
              {count === 366 ? 'In a year' : count === 1 ? 'In a day' : `In ${count} days`}
              {count === policy.defaultKeyDays && usual === undefined && now === undefined && (
                <span className="text-quiet"> (default)</span>
              )}
            </>,
          ),
        )}
        {choice('date', 'On a date')}
        {policy.allowNonExpiringKeys && choice('never', 'Never')}
      </div>
      {onDate && (
        <div className="sm:w-56">
          <TextField
            label="Last day"
            name="on"
            type="date"
            required
            defaultValue={now ? dayIn(policy.timeZone, Date.parse(now)) : undefined}
            min={isoDay(Math.max(1, policy.minKeyDays), policy.timeZone)}
            max={isoDay(policy.maxKeyDays - 1, policy.timeZone)}
            hint={`It ends with that day, in ${policy.timeZone.replaceAll('_', ' ')}.`}
            error={error}
          />
        </div>
      )}
      <p id={`${id}-hint`} className="text-sm text-quiet">
        {!onDate && ends(chosen)} {inWords(policy)}
      </p>
      {!onDate && <FieldMessage id={`${id}-error`} error={error} />}
    </fieldset>
  )
}

type ChoiceProps = {
  value: string
  chosen: string
  autoFocus: boolean
  choose: (value: string) => void
  children: ReactNode
}

/** A radio button as large as its words. */
const Choice = ({ value, chosen, autoFocus, choose, children }: ChoiceProps) => (
  <label className="relative flex min-h-11 items-center rounded-lg border border-line bg-raised px-3 text-sm has-checked:border-accent has-checked:bg-accent-well has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent has-not-checked:hover:border-edge sm:min-h-9">
    <input
      type="radio"
      name="expiry"
      value={value}
      checked={chosen === value}
      autoFocus={autoFocus && chosen === value}
      onChange={() => choose(value)}
      className="absolute inset-0 size-full cursor-pointer appearance-none rounded-lg outline-none"
    />
    <span>{children}</span>
  </label>
)

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

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

/** As a date field takes it: the calendar's day where the club is. */
const dayIn = (timeZone: string, at: Date | number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
const isoDay = (days: number, timeZone: string) => dayIn(timeZone, inDays(days))

function ends(chosen: string): string {
  if (chosen === USUAL) return ''
  return chosen === 'never'
    ? 'It works until somebody revokes it. A date is safer.'
    : `It stops working on ${dayOf(inDays(Number(chosen)).toISOString(), ownZone())}.`
}

/** What the club allows, before it refuses. */
function inWords({ minKeyDays, maxKeyDays, allowNonExpiringKeys }: ExpiryPolicy): string {
  const least = minKeyDays > 0 ? `at least ${counted(minKeyDays)} and ` : ''
  return `The club lets keys live ${least}at most ${counted(maxKeyDays)}${allowNonExpiringKeys ? ', or for ever' : ''}.`
}

const counted = (days: number) => (days === 1 ? 'a day' : `${days.toLocaleString('en')} days`)

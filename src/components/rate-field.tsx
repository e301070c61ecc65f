import type { RateLimit } from '@/contracts/rate-limit'
import { MAX_RATE } from '@/contracts/bounds'
import { textOf } from './form-text'
import type { Refused } from './outcome'
import { SelectField, TextField } from './ui/field'

type Props = {
  label: string
  hint: string
  /** Of the field, as the server's errors call it. */
  name: string
  value?: RateLimit | null
  refused: Refused | null
  autoFocus?: boolean
}

const WINDOWS = [
  { seconds: 1, name: 'second' },
  { seconds: 60, name: 'minute' },
  { seconds: 3600, name: 'hour' },
  { seconds: 86_400, name: 'day' },
]

/** So many calls in so long; empty: the default. */
export function RateField({ label, hint, name, value = null, refused, autoFocus = false }: Props) {
  const own =
    value && !WINDOWS.some(({ seconds }) => seconds === value.windowSeconds) ? value.windowSeconds : null
  return (
    <div className="grid grid-cols-2 items-start gap-3 sm:gap-5">
      <TextField
        label={label}
        name={`${name}.limit`}
        type="number"
        inputMode="numeric"
        min={1}
        max={MAX_RATE}
        placeholder="Default"
        defaultValue={value ? String(value.limit) : ''}
        hint={hint}
        autoFocus={autoFocus}
        autoComplete="off"
        error={rateError(refused, name)}
      />
      <SelectField
        label="In each"
        name={`${name}.windowSeconds`}
        defaultValue={String(value?.windowSeconds ?? 60)}
      >
        {own !== null && <option value={own}>{own} seconds</option>}
        {WINDOWS.map(({ seconds, name: word }) => (
          <option key={seconds} value={seconds}>
            {word}
          </option>
        ))}
      </SelectField>
    </div>
  )
}

export function readRate(form: FormData, name: string): RateLimit | null {
  const limit = textOf(form, `${name}.limit`)
  return limit === ''
    ? null
    : { limit: Number(limit), windowSeconds: Number(textOf(form, `${name}.windowSeconds`)) }
}

/** Of the rate, or of a part of it. */
export const refusesRate = (refused: Refused | null, name: string): boolean =>
  rateError(refused, name) !== undefined

const rateError = (refused: Refused | null, name: string): string | undefined =>
  refused?.errors.find(({ path }) => path === name || path.startsWith(`${name}.`))?.message

/** "600 calls a minute". */
export function rateText({ limit, windowSeconds }: RateLimit): string {
  const word = WINDOWS.find(({ seconds }) => seconds === windowSeconds)?.name
  const calls = limit === 1 ? 'One call' : `${limit.toLocaleString('en')} calls`
  return word
    ? `${calls} ${word === 'hour' ? 'an' : 'a'} ${word}`
    : `${calls} in ${windowSeconds.toLocaleString('en')} seconds`
}

'use client'

import { useEffect, useId, useRef, useState } from 'react'
import type { Scope } from '@/contracts/permissions'
import { FieldMessage } from '../ui/field'
import { useWords } from '../words'
import type { Withheld } from './actions'
import { ScopePresets } from './scope-presets'
import { asTitle, scopeRows, verbOf, type ScopeRow, type ScopeText } from './scope-rows'

type Props = {
  /** What the key may be given. */
  scopes: readonly Scope[]
  /** Whose key it is: "You", or a name. */
  owner: string
  /** Why it may not be given the others, as far as that is known. */
  withheld?: Withheld
  /** At first; without it what the app names first: the most common need, and the least harm. */
  chosen?: readonly Scope[]
  error: string | undefined
}

/** What the key is allowed: things down, reading and writing across. What cannot be given says why. */
export function ScopePicker({ scopes, owner, withheld = {}, chosen, error }: Props) {
  const words = useWords().scopes
  const first = useRef<HTMLFieldSetElement>(null)
  const preset = useRef(false)
  const [wanted, want] = useState<readonly Scope[]>(chosen ?? words.slice(0, 1).map(({ scope }) => scope))
  useEffect(() => {
    if (error) first.current?.querySelector<HTMLInputElement>('input:enabled')?.focus()
  }, [error])
  useEffect(() => {
    if (!preset.current) return
    preset.current = false
    // Boxes that a button ticks say nothing themselves: the form would not know that it was filled.
    first.current?.dispatchEvent(new Event('change', { bubbles: true }))
  }, [wanted])
  const pickPreset = (some: readonly Scope[]) => {
    preset.current = true
    want(some)
  }
  const picked = wanted.filter((scope) => scopes.includes(scope))
  const boxFor = (one: ScopeText) => ({
    one,
    isPicked: picked.includes(one.scope),
    isOffered: scopes.includes(one.scope),
    pick: (on: boolean) => want(on ? [...picked, one.scope] : picked.filter((scope) => scope !== one.scope)),
  })
  return (
    <fieldset
      ref={first}
      className="grid min-w-0 scroll-mt-16 gap-2"
      aria-describedby={error ? 'scopes-error' : undefined}
    >
      <legend className="mb-1.5 text-sm font-medium">Scopes</legend>
      <FieldMessage id="scopes-error" error={error} />
      <ScopePresets {...{ scopes, picked, owner }} pick={pickPreset} />
      <div className="rounded-lg border border-line">
        <div
          aria-hidden
          className={`${COLUMNS} border-b border-line py-1.5 text-xs font-medium text-quiet *:not-first:text-center`}
        >
          <span>May it…</span>
          <span>Read</span>
          <span>Write</span>
        </div>
        {scopeRows(words).map((row) => (
          <Row key={row.title} row={row} boxFor={boxFor} whyNot={whyNot(owner, withheld, scopes)} />
        ))}
      </div>
    </fieldset>
  )
}

const COLUMNS = 'grid grid-cols-[minmax(0,1fr)_3rem_3rem] items-center gap-x-1 pr-1 pl-3'

type BoxProps = { one: ScopeText; isPicked: boolean; isOffered: boolean; pick: (on: boolean) => void }
type BoxFor = (one: ScopeText) => BoxProps
type RowProps = { row: ScopeRow; boxFor: BoxFor; whyNot: (one: ScopeText) => string | null }

function Row({ row: { title, read, write, others }, boxFor, whyNot }: RowProps) {
  const id = useId()
  const all = [read, write, ...others].filter((one) => one !== null)
  return (
    <div className={`${COLUMNS} border-line py-1 not-last:border-b`} role="group" aria-label={title}>
      <div className="min-w-0 py-1.5 text-sm">
        <span className="font-medium">{title}</span>
        {all.map((one) => (
          <span
            key={one.scope}
            id={`${id}-${one.scope}`}
            className={`block text-quiet ${boxFor(one).isOffered ? '' : 'italic'}`}
          >
            {whyNot(one) ?? one.text}
          </span>
        ))}
      </div>
      {others.length > 0 ? (
        <div className="col-span-2 grid">
          {others.map((one) => (
            <Box key={one.scope} {...boxFor(one)} hint={`${id}-${one.scope}`} named />
          ))}
        </div>
      ) : (
        <>
          {read ? <Box {...boxFor(read)} hint={`${id}-${read.scope}`} /> : <span />}
          {write ? <Box {...boxFor(write)} hint={`${id}-${write.scope}`} /> : <span />}
        </>
      )}
    </div>
  )
}

/** @param named whether what it allows stands beside it, since no column says so */
function Box({
  one,
  isPicked,
  isOffered,
  pick,
  hint,
  named = false,
}: BoxProps & { hint: string; named?: boolean }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-lg text-xs hover:bg-well has-disabled:cursor-not-allowed has-disabled:opacity-60">
      <input
        type="checkbox"
        name="scopes"
        value={one.scope}
        aria-label={one.scope}
        aria-describedby={hint}
        checked={isPicked}
        disabled={!isOffered}
        onChange={(event) => pick(event.target.checked)}
        className="size-4.5 shrink-0 accent-accent"
      />
      {named && <span aria-hidden>{asTitle(verbOf(one.scope))}</span>}
    </label>
  )
}

/** "Carl Coach cannot read the club’s audit log." */
const whyNot =
  (owner: string, withheld: Withheld, scopes: readonly Scope[]) =>
  ({ scope, text }: ScopeText): string | null => {
    if (scopes.includes(scope)) return null
    const act = text.charAt(0).toLowerCase() + text.slice(1)
    const why = withheld[scope]
    if (why === undefined) return `Only ${owner} can add this: ${act}`
    if (why === 'policy') return `The club’s policy keeps this out of keys: ${act}`
    return `${why === 'maker' ? 'You' : owner} cannot ${act}`
  }

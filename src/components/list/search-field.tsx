'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'
import { TextField } from '../ui/field'
import { listAddress, type Fields } from './address'

type Props = {
  label: string
  placeholder: string
  /** What the page was asked for. */
  given: string | undefined
  /** The page, and what it is asked for besides. */
  here: string
  fields: Fields
}

const PAUSE_MS = 250
/** So much of a key that it is a secret: it must not get into an address. */
const TOKEN = /^(sk_[a-z0-9]{2,12}_\w{4})\w{16,}$/

/** A form's field that searches as one types; without script, when the form is sent. */
export function SearchField({ label, placeholder, given, here, fields }: Props) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const field = useRef<HTMLInputElement>(null)
  const latest = useRef(fields)
  useEffect(() => void (latest.current = fields))
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    // Back and links change what is asked for; what somebody is typing stays.
    if (field.current && field.current !== document.activeElement) field.current.value = given ?? ''
  }, [given])
  const search = (input: HTMLInputElement) => {
    const text = input.value.trim()
    const beginning = text.replace(TOKEN, '$1')
    if (beginning !== text) input.value = beginning
    clearTimeout(timer.current)
    timer.current = setTimeout(
      () =>
        start(() =>
          router.replace(listAddress(here, { ...latest.current, q: beginning }), { scroll: false }),
        ),
      PAUSE_MS,
    )
  }
  return (
    <div aria-busy={pending} className="min-w-0 flex-1 sm:max-w-80">
      <TextField
        ref={field}
        label={label}
        hideLabel
        name="q"
        type="search"
        defaultValue={given}
        maxLength={64}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => search(event.target)}
      />
    </div>
  )
}

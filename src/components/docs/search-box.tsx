'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { findSections, type Hit, type DocsSection } from './sections'

const SHOWN = 7
/** Below the header; on a phone as wide as the screen. */
const FLOATING =
  'fixed inset-x-4 top-14 z-30 mt-1.5 max-h-[70dvh] overflow-y-auto rounded-xl border border-line bg-raised shadow-float sm:absolute sm:inset-x-auto sm:top-full sm:right-0 sm:w-[30rem]'

/**
 * Search. A plain form, which the server answers; where there is JavaScript, hits show while one types. The
 * index comes with the first use, from here, and what is typed goes nowhere.
 */
export function SearchBox() {
  const field = useRef<HTMLInputElement>(null)
  const list = useId()
  const router = useRouter()
  const { load, find, isReady } = useIndex()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const hits = isOpen ? find(query).slice(0, SHOWN) : []
  useShortcut(field)

  const go = (href: string) => {
    setOpen(false)
    field.current?.blur()
    router.push(href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && hits.length > 0) {
      event.preventDefault()
      setChosen(((chosen + 1 + step + hits.length + 1) % (hits.length + 1)) - 1)
    }
    if (event.key === 'Escape') setOpen(false)
    const hit = hits[chosen]
    if (event.key === 'Enter' && hit) {
      event.preventDefault()
      go(hit.href)
    }
  }
  return (
    <form action="/docs/search" role="search" className="relative ml-auto w-full max-w-xs lg:max-w-sm">
      <input
        ref={field}
        type="search"
        name="q"
        required
        maxLength={100}
        placeholder="Search"
        aria-label="Search the docs"
        autoComplete="off"
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={list}
        aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
        aria-keyshortcuts="/ Control+K Meta+K"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setChosen(-1)
          setOpen(true)
        }}
        onFocus={() => {
          load()
          setOpen(true)
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="h-10 w-full rounded-lg border border-edge bg-paper px-3 text-base placeholder:text-quiet sm:h-9 sm:text-sm"
      />
      <Hits id={list} hits={hits} chosen={chosen} go={go} />
      <NoResults isShown={isOpen && isReady && query.trim() !== '' && hits.length === 0} />
    </form>
  )
}

/** Always there: what appears together with its text is not read out. */
const NoResults = ({ isShown }: { isShown: boolean }) => (
  <p role="status" className={isShown ? `${FLOATING} px-4 py-3 text-sm text-quiet` : 'sr-only'}>
    {isShown && 'No results. Try fewer or other words.'}
  </p>
)

type HitsProps = { id: string; hits: readonly Hit[]; chosen: number; go: (href: string) => void }

function Hits({ id, hits, chosen, go }: HitsProps) {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label="Pages found"
      hidden={hits.length === 0}
      className={`${FLOATING} p-1.5`}
    >
      {hits.map(({ href, page, heading, before, hit, after }, index) => (
        <li
          key={href}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          // Before the field loses the focus, which closes the list.
          onMouseDown={(event) => {
            event.preventDefault()
            go(href)
          }}
          className="cursor-pointer rounded-lg px-3 py-2 hover:bg-well aria-selected:bg-accent-well"
        >
          <span className="block text-sm font-medium">
            {page}
            {heading && <span className="font-normal text-quiet"> › {heading}</span>}
          </span>
          <span className="line-clamp-2 text-sm break-words text-quiet">
            {before}
            <b className="font-semibold text-ink">{hit}</b>
            {after}
          </span>
        </li>
      ))}
    </ul>
  )
}

function useIndex() {
  const [sections, setSections] = useState<readonly DocsSection[]>([])
  const asked = useRef(false)
  const load = () => {
    if (asked.current) return
    asked.current = true
    void fetch('/docs/index.json')
      .then((answer) => (answer.ok ? (answer.json() as Promise<DocsSection[]>) : []))
      .then(setSections)
      // Then there is the form.
      .catch(() => (asked.current = false))
  }
  return { load, isReady: sections.length > 0, find: (query: string) => findSections(sections, query) }
}

/** `/` and Ctrl+K or ⌘K lead to the search field, as on most sites of documents. */
function useShortcut(field: { current: HTMLInputElement | null }) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select') !== null
      const isSlash = event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey
      const isK = event.key.toLowerCase() === 'k' && event.ctrlKey !== event.metaKey && !event.shiftKey
      if (event.altKey || !(isSlash || isK)) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [field])
}

'use client'

import { useSyncExternalStore, type ReactNode } from 'react'
import { CopyCode } from '../copy-code'
import { highlighted } from '../highlight'

const LANGUAGES = ['curl', 'TypeScript'] as const
type Language = (typeof LANGUAGES)[number]

// One choice for all operations of the page.
let chosen: Language = 'curl'
const listeners = new Set<() => void>()

function choose(language: Language) {
  chosen = language
  for (const tell of listeners) tell()
}

const useLanguage = (): Language =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => chosen,
    () => 'curl',
  )

/** The call in each language; without JavaScript all of them, one below the other. */
export function Samples({ curl, fetch }: { curl: string; fetch: string }) {
  const language = useLanguage()
  return (
    <div>
      <div role="group" aria-label="Language of the examples" className="mb-2 flex gap-1 noscript:hidden">
        {LANGUAGES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === language}
            onClick={() => choose(one)}
            className="h-9 rounded-lg px-3 text-sm font-medium text-quiet hover:text-ink aria-pressed:bg-well aria-pressed:text-ink sm:h-8"
          >
            {one}
          </button>
        ))}
      </div>
      <Sample title="curl" isShown={language === 'curl'}>
        {highlighted(curl, 'sh')}
      </Sample>
      <Sample title="TypeScript" isShown={language === 'TypeScript'}>
        {highlighted(fetch, 'ts')}
      </Sample>
    </div>
  )
}

function Sample({ title, isShown, children }: { title: string; isShown: boolean; children: ReactNode }) {
  return (
    <div className={isShown ? '' : 'hidden noscript:block'}>
      <CopyCode title={title}>
        <pre tabIndex={0} aria-label={`Example in ${title}`}>
          <code>{children}</code>
        </pre>
      </CopyCode>
    </div>
  )
}

import type { Heading } from './sections'

/** The sections of a page: beside it on wide screens, above it on others. */
export function OnThisPage({ headings }: { headings: readonly Heading[] }) {
  const shown = headings.filter(({ depth }) => depth <= 3)
  if (shown.length < 2) return null
  return (
    <nav
      aria-label="On this page"
      className="sticky top-14 hidden max-h-[calc(100dvh-3.5rem)] overflow-y-auto py-10 [scrollbar-width:thin] xl:block"
    >
      <p className="mb-2 text-sm font-semibold">On this page</p>
      <Entries headings={shown} />
    </nav>
  )
}

export function FoldedSections({ headings }: { headings: readonly Heading[] }) {
  const shown = headings.filter(({ depth }) => depth <= 3)
  if (shown.length < 3) return null
  return (
    <details className="group mb-8 rounded-lg border border-line bg-raised px-4 xl:hidden">
      <summary className="flex h-11 items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <span aria-hidden className="text-quiet transition-transform group-open:rotate-90">
          ›
        </span>
        On this page
      </summary>
      <nav aria-label="On this page" className="pb-3 pl-4">
        <Entries headings={shown} />
      </nav>
    </details>
  )
}

function Entries({ headings }: { headings: readonly Heading[] }) {
  return (
    <ul className="text-sm">
      {headings.map(({ id, text, depth }) => (
        <li key={id} className={depth > 2 ? 'pl-3' : ''}>
          <a
            href={`#${id}`}
            className="block rounded py-2 leading-snug text-quiet no-underline hover:text-ink xl:py-1"
          >
            {text}
          </a>
        </li>
      ))}
    </ul>
  )
}

import type { Metadata } from 'next'
import Link from 'next/link'
import { DocsPage } from '@/components/docs/docs-page'
import { findSections } from '@/components/docs/sections'
import { everySection } from '../every-section'

export const metadata: Metadata = { title: 'Search' }

const MAX_QUERY = 100

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What the search field shows while one types, for who has no JavaScript or wants to see it all. */
export default async function SearchPage({ searchParams }: Props) {
  const { q } = await searchParams
  const query = typeof q === 'string' ? q.slice(0, MAX_QUERY) : ''
  const hits = findSections(everySection(), query)
  return (
    <DocsPage title={query ? `Search: ${query}` : 'Search'}>
      <form action="/docs/search" className="mb-8 flex gap-2">
        <input
          type="search"
          name="q"
          defaultValue={query}
          required
          maxLength={MAX_QUERY}
          aria-label="Search for"
          className="h-11 min-w-0 flex-1 rounded-lg border border-edge bg-raised px-3 sm:h-10"
        />
        <button
          type="submit"
          className="h-11 rounded-lg bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-strong sm:h-10"
        >
          Search
        </button>
      </form>
      {query && hits.length === 0 && <p>Nothing holds all of these words. Try fewer of them.</p>}
      <ul className="!list-none !pl-0">
        {hits.map(({ href, page, heading, before, hit, after }) => (
          <li key={href} className="!my-5">
            <Link href={href} prefetch={false}>
              {heading ? `${page} › ${heading}` : page}
            </Link>
            <p className="!mb-0 text-sm text-quiet">
              {before}
              <b className="font-semibold text-ink">{hit}</b>
              {after}
            </p>
          </li>
        ))}
      </ul>
    </DocsPage>
  )
}

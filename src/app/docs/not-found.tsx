import type { Metadata } from 'next'
import Link from 'next/link'
import { DocsPage } from '@/components/docs/docs-page'

export const metadata: Metadata = { title: 'Not found' }

/** Keeps the navigation and the search field: whoever followed an old link finds the page from here. */
export default function NoSuchPage() {
  return (
    <DocsPage title="No such page">
      <p>
        Search for it above, or see{' '}
        <Link href="/docs" prefetch={false}>
          all pages
        </Link>
        .
      </p>
    </DocsPage>
  )
}

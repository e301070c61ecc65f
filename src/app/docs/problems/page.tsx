import type { Metadata } from 'next'
import Link from 'next/link'
import { DocsPage } from '@/components/docs/docs-page'
import { NeighbourLinks } from '@/components/docs/neighbour-links'
import { PROBLEM_CODES, PROBLEMS } from '@/contracts/problem'
import { neighbours } from '../book'
import { MEANINGS } from './meanings'

export const metadata: Metadata = { title: 'Problems' }

export default function ProblemList() {
  return (
    <DocsPage group="Reference" title="Problems">
      <p>
        Every error is a problem document (RFC 9457), <code>application/problem+json</code>. Let your program
        decide by its <code>code</code>, never by its words. Its <code>type</code> is the address of a page
        here, and its <code>requestId</code> is what whoever runs the service will ask you for.
      </p>
      {PROBLEM_CODES.map((code) => (
        <section key={code}>
          {/* The anchor stays what it was: documents out there link to it. */}
          <h2 id={code}>
            <span className="inline-block min-w-14 font-medium text-quiet tabular-nums">
              {PROBLEMS[code].status}
            </span>
            <Link href={`/docs/problems/${code}`} prefetch={false} className="hover:text-accent">
              <code>{code}</code>
            </Link>
          </h2>
          <p>{MEANINGS[code].means}</p>
        </section>
      ))}
      <NeighbourLinks {...neighbours('problems')} />
    </DocsPage>
  )
}

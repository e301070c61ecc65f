'use client'

import type { ReactNode } from 'react'
import { Name } from '../ui/name'
import { Exactly, When } from '../when'
import type { Sentence } from './sentence'

/**
 * An event in words. Only these go to the browser, and what is around them once: the markup of thirty lines is
 * larger than all that they say.
 */
export type AuditLineProps = {
  at: string
  address: string | null
  sentence: Sentence
  /** What else is known of it, by what it is called. */
  facts: readonly (readonly [name: string, value: string])[]
}

/** Who did what, in a line that opens to tell the rest. */
export function AuditLine({ at, address, sentence, facts }: AuditLineProps) {
  return (
    <details className="group">
      <summary className="flex min-h-12 list-none flex-col gap-x-4 px-4 py-3 -outline-offset-2 hover:bg-well sm:flex-row sm:items-baseline [&::-webkit-details-marker]:hidden">
        <span className="min-w-0 text-sm break-words sm:flex-1 lg:truncate">
          <Said {...sentence} />
        </span>
        <span className="flex shrink-0 flex-wrap gap-x-3 text-sm text-quiet sm:justify-end">
          {address && <span className="tabular-nums">{address}</span>}
          <span className="sm:w-28 sm:text-right">
            <When at={at} />
          </span>
        </span>
        <span className="hidden w-14 shrink-0 text-right text-sm text-accent sm:inline">
          <span className="group-open:hidden">Details</span>
          <span className="hidden group-open:inline">Close</span>
        </span>
      </summary>
      <dl className="grid gap-x-6 gap-y-2 border-t border-line bg-well/60 px-4 py-4 text-sm sm:grid-cols-[9rem_1fr]">
        <Fact name="When">
          <Exactly at={at} />
        </Fact>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
    </details>
  )
}

function Said({ who, verb, thing, name, detail, through }: Sentence) {
  return (
    <>
      <strong className="font-semibold">
        <Name>{who}</Name>
      </strong>{' '}
      <span className="text-quiet">{`${verb} ${thing}`}</span>
      {name && (
        <>
          {' '}
          <strong className="font-semibold">
            <Name>{name}</Name>
          </strong>
        </>
      )}
      {detail && <span>{detail.startsWith(':') ? detail : ` ${detail}`}</span>}
      {through && <span className="text-quiet"> {through}</span>}
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid sm:col-span-2 sm:grid-cols-subgrid">
    <dt className="text-quiet">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
)

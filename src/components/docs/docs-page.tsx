import type { ReactNode } from 'react'
import { FoldedSections, OnThisPage } from './on-this-page'
import type { Heading } from './sections'

type Props = {
  group?: string
  title: string
  headings?: readonly Heading[]
  /** For pages whose examples stand beside their text. */
  wide?: boolean
  children: ReactNode
}

/** The text of one page, and beside it its sections. */
export function DocsPage({ group, title, headings = [], wide = false, children }: Props) {
  return (
    <div className={`grid min-w-0 grid-cols-1 gap-x-10 ${wide ? '' : 'xl:grid-cols-[minmax(0,1fr)_13rem]'}`}>
      <main
        id="content"
        tabIndex={-1}
        className={`docs w-full py-8 focus:outline-none sm:py-10 ${wide ? '!max-w-none' : 'lg:mx-auto'}`}
      >
        {group && <p className="!mb-2 text-sm font-medium text-accent">{group}</p>}
        <h1>{title}</h1>
        <FoldedSections headings={headings} />
        {children}
      </main>
      <OnThisPage headings={headings} />
    </div>
  )
}

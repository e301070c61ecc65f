import type { ReactNode } from 'react'
import { PageBody, PageTitle } from './header'

/** What a signed-in person finds where there is nothing: below a header that leads on. */
export function NothingHere({ lead, children }: { lead: string; children?: ReactNode }) {
  return (
    <PageBody>
      <PageTitle title="Nothing here" lead={lead} />
      {children}
    </PageBody>
  )
}

'use client'

import { PageBody, PageTitle } from '@/components/shell/header'
import { Button } from '@/components/ui/button'

/** Within the club's frame: the other sections may well work. */
export default function ClubPageFailed() {
  return (
    <PageBody>
      <PageTitle
        title="That did not work"
        lead="This page could not be made. It went wrong on our side, and it is on record. Looking at a page changes nothing."
      />
      <Button look="primary" onClick={() => location.reload()} className="w-fit">
        Try again
      </Button>
    </PageBody>
  )
}

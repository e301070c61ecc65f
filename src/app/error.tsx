'use client'

import { Entrance } from '@/components/auth/entrance'
import { Button } from '@/components/ui/button'

export default function Failed() {
  return (
    <Entrance title="That did not work" lead="Something went wrong on our side, and it is on record.">
      <Button look="primary" onClick={() => location.reload()} className="w-fit">
        Try again
      </Button>
    </Entrance>
  )
}

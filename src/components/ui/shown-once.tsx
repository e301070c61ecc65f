'use client'

import { TriangleAlert } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button } from './button'
import { Checkbox } from './checkbox'
import { DialogActions } from './dialog'
import { useAsking, type LeavingQuestion } from './leaving'

type Props = {
  /** What is shown: a key, a secret. */
  what: string
  /** Where it belongs, as the end of a sentence. */
  where: string
  /** What is asked before it is left unsaved. */
  unsaved: LeavingQuestion
  /** The secret itself, and how to take it along. */
  secret: ReactNode
  /** What may be done with it meanwhile. */
  children?: ReactNode
  onDone: () => void
}

/** A secret, this once. It stays until the person says that it is saved. */
export function ShownOnce({ what, where, unsaved, secret, children, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  useAsking(saved ? null : unsaved)
  return (
    <div className="grid min-w-0 grid-cols-1 gap-5">
      <div className="grid gap-3 rounded-xl border border-warn/30 bg-warn-well p-4">
        <p className="flex items-start gap-2 text-sm text-warn">
          <TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0" />
          <span>
            <strong className="font-semibold">You will not see this again.</strong> Save the {what} now,{' '}
            {where}.
          </span>
        </p>
        {secret}
      </div>
      {children}
      <DialogActions>
        <Checkbox
          label={`I have saved this ${what}`}
          checked={saved}
          onChange={(event) => setSaved(event.target.checked)}
        />
        <Button look="primary" disabled={!saved} onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

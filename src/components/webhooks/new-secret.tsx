'use client'

import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Token } from '../keys/token'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { DialogActions } from '../ui/dialog'
import { useAsking, type LeavingQuestion } from '../ui/leaving'

/** A webhook's secret, this once. It stays until the person says that it is saved. */
export function NewSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const [saved, setSaved] = useState(false)
  useAsking(saved ? null : UNSAVED)
  return (
    <div className="grid min-w-0 grid-cols-1 gap-5">
      <div className="grid gap-3 rounded-xl border border-warn/30 bg-warn-well p-4">
        <p className="flex items-start gap-2 text-sm text-warn">
          <TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0" />
          <span>
            <strong className="font-semibold">You will not see this again.</strong> Save the secret now, where
            your server finds it.
          </span>
        </p>
        <Token token={secret} label="The secret" copy="Copy secret" look="primary" />
      </div>
      <p className="text-sm text-quiet">
        <Link
          href="/docs/webhooks"
          target="_blank"
          prefetch={false}
          className="font-medium text-accent underline underline-offset-4"
        >
          How to verify a webhook
        </Link>
        , in four languages.
      </p>
      <DialogActions>
        <Checkbox
          label="I have saved this secret"
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

const UNSAVED: LeavingQuestion = {
  title: 'Close without saving the secret?',
  text: 'It is shown only now. Without it, you have to rotate it to get another one.',
  stay: 'Back to the secret',
  leave: 'Close without saving',
}

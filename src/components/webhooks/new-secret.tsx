'use client'

import Link from 'next/link'
import { Token } from '../keys/token'
import type { LeavingQuestion } from '../ui/leaving'
import { ShownOnce } from '../ui/shown-once'

/** The secret of a webhook, and how a server uses it. */
export function NewSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <ShownOnce
      what="secret"
      where="where your server finds it"
      unsaved={UNSAVED}
      secret={<Token token={secret} label="The secret" copy="Copy secret" look="primary" />}
      onDone={onDone}
    >
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
    </ShownOnce>
  )
}

const UNSAVED: LeavingQuestion = {
  title: 'Close without saving the secret?',
  text: 'It is shown only now. Without it, you have to rotate it to get another one.',
  stay: 'Back to the secret',
  leave: 'Close without saving',
}

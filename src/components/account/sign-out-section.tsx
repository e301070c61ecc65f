'use client'

import { useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { Section } from './section'

export function SignOutSection({ signOutEverywhere }: { signOutEverywhere: () => Promise<Outcome<void>> }) {
  const [asks, setAsks] = useState(false)
  return (
    <Section title="Sign-ins">
      <p className="text-sm text-quiet">
        Lost a device, or used somebody else’s? End every sign-in, this one too. Your keys go on working.
      </p>
      <Button onClick={() => setAsks(true)} className="w-fit">
        Sign out everywhere
      </Button>
      {asks && (
        <ConfirmDialog
          title="Sign out everywhere?"
          description="Every browser that is signed in as you, this one too, has to sign in again."
          confirm="Sign out everywhere"
          pendingText="Signing out…"
          send={signOutEverywhere}
          onClose={() => setAsks(false)}
          onDone={() => location.assign('/sign-in')}
        />
      )}
    </Section>
  )
}

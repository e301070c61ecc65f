'use client'

import { useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog'
import { Button } from '../ui/button'
import type { AccountActions, Identity } from './actions'
import { AccountSection } from './section'

type Props = { identities: readonly Identity[]; signOutEverywhere: AccountActions['endSignIns'] }

export function SignOutSection({ identities, signOutEverywhere }: Props) {
  const [asks, setAsks] = useState(false)
  return (
    <AccountSection title="Sign-ins">
      <p className="text-sm text-quiet">
        Lost a device, or used somebody else’s? End every sign-in, this one too. Your keys go on working.
      </p>
      <Button onClick={() => setAsks(true)} className="w-fit">
        Sign out everywhere
      </Button>
      {asks && (
        <ConfirmDialog
          title="Sign out everywhere?"
          description={`Every browser that is signed in as you, this one too, has to sign in again, and unused password links are void. ${staying(identities)}`}
          confirm="Sign out everywhere"
          pendingText="Signing out…"
          send={signOutEverywhere}
          onClose={() => setAsks(false)}
          onDone={() => location.assign('/sign-in')}
        />
      )}
    </AccountSection>
  )
}

/** What stays, so that nobody thinks it ended, too. */
function staying(identities: readonly Identity[]): string {
  const names = identities.map(({ name }) => name).join(', ')
  const linked = names && `, and so ${identities.length === 1 ? 'does' : 'do'} ${names}`
  return `Your password still gets in${linked}. Your API keys go on working.`
}

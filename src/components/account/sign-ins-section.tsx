'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { apart } from '@/contracts/unseen'
import { ConfirmDialog } from '../confirm-dialog'
import { agentName } from '../keys/agent-name'
import { useSession } from '../session/context'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { leaveFor } from '../ui/leaving'
import { useToast } from '../ui/toast'
import { When } from '../when'
import type { AccountActions, Identity, SignInShown } from './actions'
import { AccountSection } from './section'

type Props = {
  signIns: readonly SignInShown[]
  identities: readonly Identity[]
  actions: Pick<AccountActions, 'endSignIn' | 'endOtherSignIns' | 'endSignIns'>
}

export function SignInsSection({ signIns, identities, actions }: Props) {
  const [asks, setAsks] = useState<'others' | 'all' | null>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const close = () => setAsks(null)
  const done = (text: string) => {
    close()
    toast(text)
    router.refresh()
  }
  const end = async ({ id }: SignInShown) => {
    const outcome = await act(() => actions.endSignIn({ id }))
    if (outcome.ok) return done('That sign-in has ended.')
    toast(outcome.message, { refused: true })
    router.refresh()
  }
  return (
    <AccountSection title="Where you are signed in">
      <ul aria-label="Sign-ins" className="-my-1 grid divide-y divide-line">
        {signIns.map((one) => (
          <SignIn key={one.id} signIn={one} onEnd={() => void end(one)} />
        ))}
      </ul>
      <p className="text-sm text-quiet">
        Lost a device, or do not know one? End its sign-in, then change your password. Your API keys go on
        working.
      </p>
      <div className="flex flex-wrap gap-2">
        {signIns.length > 1 && <Button onClick={() => setAsks('others')}>End all others</Button>}
        <Button look={signIns.length > 1 ? 'quiet' : 'secondary'} onClick={() => setAsks('all')}>
          Sign out everywhere
        </Button>
      </div>
      {asks === 'others' && (
        <ConfirmDialog
          title="End all other sign-ins?"
          description={`Every other browser that is signed in as you has to sign in again, and unused password links are void. ${staying(identities)}`}
          confirm="End all others"
          pendingText="Ending…"
          send={actions.endOtherSignIns}
          onClose={close}
          onDone={() => done('All other sign-ins have ended.')}
        />
      )}
      {asks === 'all' && (
        <ConfirmDialog
          title="Sign out everywhere?"
          description={`Every browser that is signed in as you, this one too, has to sign in again, and unused password links are void. ${staying(identities)}`}
          confirm="Sign out everywhere"
          pendingText="Signing out…"
          send={actions.endSignIns}
          onClose={close}
          onDone={() => leaveFor('/sign-in')}
        />
      )}
    </AccountSection>
  )
}

function SignIn({ signIn, onEnd }: { signIn: SignInShown; onEnd: () => void }) {
  const { signedInAt, address, userAgent, isThis } = signIn
  const agent = userAgent ? agentName(userAgent) : 'An unknown browser'
  return (
    <li className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 text-sm">
      <div className="grid min-w-0 gap-0.5">
        <span className="flex flex-wrap items-center gap-2 font-medium break-words">
          <bdi title={userAgent ?? undefined}>{agent}</bdi>
          {isThis && <Badge tone="good">This device</Badge>}
        </span>
        <span className="text-quiet">
          {address && <>{address}, </>}
          <When at={signedInAt} />
        </span>
      </div>
      {!isThis && (
        <Button onClick={onEnd}>
          End
          <span className="sr-only">
            {' '}
            the sign-in on {agent}
            {address && ` from ${address}`}
          </span>
        </Button>
      )}
    </li>
  )
}

/** What stays, so that nobody thinks it ended, too. */
function staying(identities: readonly Identity[]): string {
  const names = identities.map(({ name }) => apart(name)).join(', ')
  const linked = names && `, and so ${identities.length === 1 ? 'does' : 'do'} ${names}`
  return `Your password still gets in${linked}. Your API keys go on working.`
}

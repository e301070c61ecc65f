'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { apart } from '@/contracts/unseen'
import type { ProviderName } from '../auth/provider-buttons'
import { ConfirmDialog } from '../confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { Name } from '../ui/name'
import { Notice } from '../ui/notice'
import { useToast } from '../ui/toast'
import { When } from '../when'
import type { AccountActions, Identity } from './actions'
import { LinkDialog } from './link-dialog'
import { AccountSection } from './section'

type Props = {
  email: string
  hasPassword: boolean
  identities: readonly Identity[]
  providers: readonly ProviderName[]
  linking: string | null
  actions: Pick<AccountActions, 'beginLinking' | 'unlink'>
}

export function Identities({ email, hasPassword, identities, providers, linking, actions }: Props) {
  const [open, setOpen] = useState<{ link: ProviderName } | { unlink: Identity } | null>(null)
  const toast = useToast()
  const router = useRouter()
  const close = () => setOpen(null)
  const isOnlyWayIn = !hasPassword && identities.length === 1
  const unlinked = (name: string) => {
    close()
    toast(`${apart(name)} is unlinked.`)
    router.refresh()
  }
  return (
    <AccountSection title="Single sign-on">
      <LinkingNotice came={linking} />
      <ul className="-my-1 grid divide-y divide-line">
        {identities.map((identity) => (
          <Line
            key={identity.id}
            name={identity.name}
            state={
              <>
                Linked <When at={identity.linkedAt} />
              </>
            }
          >
            <Button disabled={isOnlyWayIn} onClick={() => setOpen({ unlink: identity })}>
              Unlink<span className="sr-only"> {apart(identity.name)}</span>
            </Button>
          </Line>
        ))}
        {providers.map((provider) => (
          <Line key={provider.id} name={provider.name} state="Not linked">
            <Button disabled={!hasPassword} onClick={() => setOpen({ link: provider })}>
              Link<span className="sr-only"> {apart(provider.name)}</span>
            </Button>
          </Line>
        ))}
      </ul>
      <p className="text-sm text-quiet">{hasPassword ? ADVICE : ADVICE_WITHOUT_PASSWORD}</p>
      {open && 'link' in open && (
        <LinkDialog {...{ email, provider: open.link, begin: actions.beginLinking }} onClose={close} />
      )}
      {open && 'unlink' in open && (
        <ConfirmDialog
          title={`Unlink ${apart(open.unlink.name)}?`}
          description="It no longer signs you in. Every other browser that is signed in as you has to sign in again."
          confirm="Unlink"
          pendingText="Unlinking…"
          send={() => actions.unlink({ id: open.unlink.id }).then(goneIsDone)}
          onClose={close}
          onDone={() => unlinked(open.unlink.name)}
        />
      )}
    </AccountSection>
  )
}

/** Asked again after a lost answer, it finds nothing left to unlink. */
const goneIsDone = (outcome: Outcome<void>): Outcome<void> =>
  !outcome.ok && outcome.code === 'not_found' ? { ok: true, data: undefined } : outcome

const ADVICE =
  'A sign-in at a linked account gets in here, whatever your password is. Unlink one that you do not know, then change your password.'
const ADVICE_WITHOUT_PASSWORD =
  'You have no password: the linked account is your only way in. To change that, choose a password first, by a link that an admin of your club can send you.'

type LineProps = { name: string; state: ReactNode; children: ReactNode }

function Line({ name, state, children }: LineProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3 text-sm">
      <span className="grid min-w-0">
        <span className="font-medium break-words">
          <Name>{name}</Name>
        </span>
        <span className="text-quiet">{state}</span>
      </span>
      {children}
    </li>
  )
}

function LinkingNotice({ came }: { came: string | null }) {
  if (came === 'done') return <Notice tone="good">Linked. You can sign in with it from now on.</Notice>
  if (came === 'taken')
    return (
      <Notice tone="bad">
        That account is linked to somebody here already, so nothing was changed. Sign in there as yourself,
        then try again.
      </Notice>
    )
  if (came === 'expired')
    return (
      <Notice tone="bad">
        Nothing was linked: it took too long, or was started in another browser. Start again from here.
      </Notice>
    )
  return null
}

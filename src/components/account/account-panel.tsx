'use client'

import Link from 'next/link'
import type { ProviderName } from '../auth/provider-buttons'
import { Name } from '../ui/name'
import type { AccountActions, ClubMails, Identity, SignInShown } from './actions'
import { Identities } from './identities'
import { NotificationsSection } from './notifications-section'
import { PasswordSection } from './password-section'
import { AccountSection } from './section'
import { SignInsSection } from './sign-ins-section'

type Person = { name: string; email: string; hasPassword: boolean }
type Props = {
  person: Person
  identities: readonly Identity[]
  /** Those that could be linked. */
  providers: readonly ProviderName[]
  /** What came of going to a provider to link it: `done`, `taken` or `expired`. */
  linking: string | null
  signIns: readonly SignInShown[]
  /** By club; empty where no mail is sent. */
  mails: readonly ClubMails[]
  actions: AccountActions
  /** The only club of somebody who has one. */
  back: { href: string; name: string } | null
}

export function AccountPanel({
  person,
  identities,
  providers,
  linking,
  signIns,
  mails,
  actions,
  back,
}: Props) {
  const { name, email, hasPassword } = person
  return (
    <div className="grid grid-cols-1 gap-4">
      <AccountSection title="You">
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1.5 text-sm">
          <dt className="text-quiet">Name</dt>
          <dd className="break-words">
            <Name>{name}</Name>
          </dd>
          <dt className="text-quiet">Email</dt>
          <dd className="break-words">{email}</dd>
        </dl>
      </AccountSection>
      {identities.length + providers.length > 0 && (
        <Identities {...{ email, hasPassword, identities, providers, linking, actions }} />
      )}
      {hasPassword && (
        <PasswordSection email={email} identities={identities} replace={actions.replacePassword} />
      )}
      <SignInsSection {...{ signIns, identities, actions }} />
      {mails.length > 0 && <NotificationsSection clubs={mails} set={actions.setNotification} />}
      {back && (
        <Link
          href={back.href}
          prefetch={false}
          className="w-fit rounded text-sm font-medium wrap-anywhere text-accent underline underline-offset-4"
        >
          Back to <Name>{back.name}</Name>
        </Link>
      )}
    </div>
  )
}

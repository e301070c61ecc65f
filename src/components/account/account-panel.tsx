'use client'

import Link from 'next/link'
import type { Outcome } from '../outcome'
import { When } from '../when'
import { Identities, type LinkableProvider } from './identities'
import { PasswordSection, type PasswordAction } from './password-section'
import { Section } from './section'
import { SignOutSection } from './sign-out-section'

type Person = { name: string; email: string; authenticatedAt: string; fresh: boolean; hasPassword: boolean }
type Props = {
  person: Person
  providers: readonly LinkableProvider[]
  actions: { replacePassword: PasswordAction; signOutEverywhere: () => Promise<Outcome<void>> }
  /** The only club of somebody who has one. */
  back: { href: string; name: string } | null
}

export function AccountPanel({ person, providers, actions, back }: Props) {
  const { name, email, authenticatedAt, fresh, hasPassword } = person
  return (
    <div className="grid grid-cols-1 gap-4">
      <Section title="You">
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1.5 text-sm">
          <dt className="text-quiet">Name</dt>
          <dd className="break-words">{name}</dd>
          <dt className="text-quiet">Email</dt>
          <dd className="break-words">{email}</dd>
          <dt className="text-quiet">Signed in</dt>
          <dd>
            <When at={authenticatedAt} />
          </dd>
        </dl>
      </Section>
      {hasPassword && <PasswordSection email={email} replace={actions.replacePassword} />}
      {providers.length > 0 && <Identities providers={providers} fresh={fresh} />}
      <SignOutSection signOutEverywhere={actions.signOutEverywhere} />
      {back && (
        <Link
          href={back.href}
          prefetch={false}
          className="w-fit rounded text-sm font-medium text-accent underline underline-offset-4"
        >
          Back to {back.name}
        </Link>
      )}
    </div>
  )
}

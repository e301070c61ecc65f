'use client'

import { signIn } from 'next-auth/react'
import { useState } from 'react'
import { useSession } from '../session/context'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Section } from './section'

export type LinkableProvider = { id: string; name: string; linked: boolean }

/** @param fresh whether the sign-in is recent enough to link without asking for the password first */
export function Identities({ providers, fresh }: { providers: readonly LinkableProvider[]; fresh: boolean }) {
  const { reauthenticate } = useSession()
  const [going, setGoing] = useState<string | null>(null)
  const link = async (id: string) => {
    if (!fresh && !(await reauthenticate())) return
    setGoing(id)
    await signIn(id, { callbackUrl: '/account' }).catch(() => setGoing(null))
  }
  return (
    <Section title="Single sign-on">
      <ul className="grid gap-3">
        {providers.map(({ id, name, linked }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 text-sm">
            <span className="font-medium">{name}</span>
            {linked ? (
              <Badge tone="good">Linked</Badge>
            ) : (
              <Button disabled={going !== null} onClick={() => void link(id)}>
                {going === id ? `Going to ${name}…` : `Link ${name}`}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className="text-sm text-quiet">Once linked, you can sign in with it instead of your password.</p>
    </Section>
  )
}

'use client'

import { useState } from 'react'
import { apart } from '@/contracts/unseen'
import { Button } from '../ui/button'
import { goToProvider } from './sign-in-calls'

export type ProviderName = { id: string; name: string }

export function ProviderButtons({
  providers,
  callbackUrl,
}: {
  providers: readonly ProviderName[]
  callbackUrl: string
}) {
  const [going, setGoing] = useState<string | null>(null)
  const go = (id: string) => {
    setGoing(id)
    void goToProvider(id, { callbackUrl }).catch(() => setGoing(null))
  }
  return (
    <div className="grid gap-2">
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          disabled={going !== null}
          onClick={() => go(id)}
          className="h-auto! min-h-11 w-full min-w-0 py-2 break-words whitespace-normal! sm:min-h-10"
        >
          {going === id ? `Going to ${apart(name)}…` : `Continue with ${apart(name)}`}
        </Button>
      ))}
    </div>
  )
}

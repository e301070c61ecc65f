'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { Name } from '../ui/name'
import { Notice } from '../ui/notice'
import { callWhoAmI, type CallResult } from './call-whoami'

/** Shows that the key works, before anything is built on it. */
export function TestCall({ apiKey }: { apiKey: CreatedApiKey }) {
  const [said, setSaid] = useState<CallResult | null>(null)
  const [pending, setPending] = useState(false)
  const send = async () => {
    setPending(true)
    setSaid(await callWhoAmI(apiKey.key))
    setPending(false)
  }
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button onClick={() => void send()} aria-disabled={pending}>
          {pending ? 'Calling…' : 'Send a test call'}
        </Button>
        <p className="text-sm text-quiet">
          <code className="font-mono text-xs">GET /api/v1/whoami</code>, from this page
        </p>
      </div>
      {said && <Answer said={said} hasAllowlist={apiKey.allowedCidrs !== null} />}
    </div>
  )
}

function Answer({ said, hasAllowlist }: { said: CallResult; hasAllowlist: boolean }) {
  if (said.ok) {
    const { club, user, scopes } = said.who
    return (
      <Notice tone="good">
        <strong className="font-semibold tabular-nums">
          {said.status} in {said.took} ms.
        </strong>{' '}
        It acts for <Name>{user.name}</Name> in <Name>{club.name}</Name>, with{' '}
        {scopes.join(', ') || 'no scopes'}.
      </Notice>
    )
  }
  return (
    <Notice tone="bad">
      <strong className="font-semibold tabular-nums">
        {said.status === null ? 'No answer.' : `${said.status} in ${said.took} ms.`}
      </strong>{' '}
      {said.why}
      {said.status === 401 && hasAllowlist && ' Its IP allowlist may not have the address of this browser.'}
    </Notice>
  )
}

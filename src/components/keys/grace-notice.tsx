'use client'

import Link from 'next/link'
import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { ConfirmDialog } from '../confirm-dialog'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { When } from '../when'
import type { KeyActions } from './actions'

/** A replaced key that still works, and what there is to know before it stops. */
export type Grace = { old: ApiKey; rotatedAt: string; callsToday: number }

type Props = {
  grace: Grace
  here: string
  keys: string
  revoke: KeyActions['revoke']
  onDone: (text: string) => void
}

export function GraceNotice({ grace, here, keys, revoke, onDone }: Props) {
  const [asking, setAsking] = useState(false)
  const { old } = grace
  return (
    <Notice tone="warn">
      <div className="flex flex-col gap-3 sm:flex-row sm:items-center sm:justify-between">
        <p className="text-pretty">
          {here === old.id ? <Here grace={grace} keys={keys} /> : <There grace={grace} keys={keys} />}{' '}
          <Traffic {...grace} />
        </p>
        <Button onClick={() => setAsking(true)} className="shrink-0">
          End grace now
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title="End the grace now?"
          description={
            <>
              The old key stops at once: every call with it is answered 401. Its successor is not touched.{' '}
              <Traffic {...grace} />
            </>
          }
          confirm="End grace"
          pendingText="Ending…"
          send={(attempt) =>
            revoke(
              { id: old.id, descendants: false, reason: 'Its grace after the rotation was ended.' },
              attempt,
            )
          }
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false)
            onDone('The old key no longer works.')
          }}
        />
      )}
    </Notice>
  )
}

type Side = { grace: Grace; keys: string }
const LINK = 'rounded font-medium underline underline-offset-4'

function Here({ grace: { old, rotatedAt }, keys }: Side) {
  return (
    <>
      This key was{' '}
      <Link href={`${keys}/${old.replacedById}`} prefetch={false} className={LINK}>
        replaced by a new one
      </Link>{' '}
      <When at={rotatedAt} />, and stops {old.expiresAt && <When at={old.expiresAt} />}.
    </>
  )
}

function There({ grace: { old }, keys }: Side) {
  return (
    <>
      The{' '}
      <Link href={`${keys}/${old.id}`} prefetch={false} className={LINK}>
        key that this one replaces
      </Link>{' '}
      still works, and stops {old.expiresAt && <When at={old.expiresAt} />}.
    </>
  )
}

/** What the last call says about whether anything still needs the old key. */
function Traffic({ old: { lastUsedAt }, rotatedAt, callsToday }: Grace) {
  if (lastUsedAt === null || lastUsedAt <= rotatedAt)
    return <>Nothing has called with it since the rotation.</>
  return (
    <>
      Something still uses it: last call <When at={lastUsedAt} />,{' '}
      {callsToday === 1 ? 'one call' : `${callsToday.toLocaleString('en')} calls`} in the last day.
    </>
  )
}

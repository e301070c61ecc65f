'use client'

import Link from 'next/link'
import { useState } from 'react'
import type { Outcome } from '../outcome'
import { Button, buttonClass } from '../ui/button'
import { Notice } from '../ui/notice'
import { Entrance } from './entrance'
import { orRefused } from './password-form'

/** What a link ends, in words: "keys that end soon", from a club. */
type Mails = { kind: string; club: string }
type Props = {
  /** The signed part of the address. */
  link: string
  /** null: the link is not good. */
  mails: Mails | null
  stop: (input: { t: string }) => Promise<Outcome<Mails | null>>
}

const SETTINGS = '/account#notifications'

/** For people who come from a mail, signed in or not. */
export function Unsubscribe({ link, mails, stop }: Props) {
  const [state, setState] = useState<'asks' | 'pending' | 'stopped' | 'bad'>(mails ? 'asks' : 'bad')
  const [refused, setRefused] = useState<string | null>(null)
  const send = async () => {
    setState('pending')
    const outcome = await stop({ t: link }).catch(orRefused)
    if (outcome.ok) return setState(outcome.data ? 'stopped' : 'bad')
    setRefused(outcome.message)
    setState('asks')
  }
  if (!mails || state === 'bad')
    return (
      <Entrance
        title="This link stops no mails"
        lead="It may have been cut short. Sign in to say which mails you want."
      >
        <Link href={SETTINGS} prefetch={false} className={buttonClass('primary', 'w-fit')}>
          Which mails you get
        </Link>
      </Entrance>
    )
  if (state === 'stopped')
    return (
      <Entrance title="Done" lead={<MailsOf {...mails} lead="You will get no more mails about" />}>
        <Link href={SETTINGS} prefetch={false} className={buttonClass('secondary', 'w-fit')}>
          Which mails you get
        </Link>
      </Entrance>
    )
  return (
    <Entrance title="Stop these mails?" lead={<MailsOf {...mails} lead="You get mails about" />}>
      {refused && <Notice tone="bad">{refused}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" disabled={state === 'pending'} onClick={() => void send()}>
          {state === 'pending' ? 'Stopping…' : 'Stop them'}
        </Button>
        <Link href={SETTINGS} prefetch={false} className={buttonClass('quiet')}>
          Which mails you get
        </Link>
      </div>
    </Entrance>
  )
}

const MailsOf = ({ lead, kind, club }: Mails & { lead: string }) => (
  <>
    {lead} {kind} from <bdi>{club}</bdi>.
  </>
)

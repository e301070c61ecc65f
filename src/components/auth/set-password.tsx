'use client'

import { useEffect, useState } from 'react'
import { Button } from '../ui/button'
import { Entrance } from './entrance'
import { takeFragment } from './fragment'
import { BadLink } from './bad-link'
import { orRefused, PasswordForm, type PasswordOwner, type SetPasswordActions } from './password-form'

type Link =
  | { state: 'looking' }
  | { state: 'bad' }
  | { state: 'failed'; message: string }
  | { state: 'good'; token: string; owner: PasswordOwner }

/** @param mails whether this installation mails links for forgotten passwords */
type Props = SetPasswordActions & { mails: boolean }

/**
 * The link's secret stands in its fragment, which no server sees; here it is taken out of the address before
 * anything else.
 */
export function SetPassword({ peek, choose, mails }: Props) {
  const [link, setLink] = useState<Link>({ state: 'looking' })
  useEffect(() => {
    const look = () => void lookAt(takeFragment(), peek).then(setLink)
    look()
    // Another link pasted into this very page: the browser loads nothing anew.
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [peek])
  const again = () => {
    setLink({ state: 'looking' })
    void lookAt(takeFragment(), peek).then(setLink)
  }
  if (link.state === 'bad') return <BadLink mails={mails} />
  if (link.state === 'good')
    return (
      <Entrance title="Choose a password" lead={`For ${link.owner.email}.`}>
        <PasswordForm {...link} choose={choose} onBad={() => setLink({ state: 'bad' })} />
      </Entrance>
    )
  if (link.state === 'looking')
    return (
      <Entrance title="Choose a password" lead={<span role="status">Looking at your link…</span>}>
        {null}
      </Entrance>
    )
  return (
    <Entrance title="That did not work" lead={`${link.message} Your link is not used up.`}>
      <Button look="primary" className="w-fit" onClick={again}>
        Try again
      </Button>
    </Entrance>
  )
}

async function lookAt(token: string, peek: Props['peek']): Promise<Link> {
  const outcome = token === '' ? null : await peek(token).catch(orRefused)
  if (outcome && !outcome.ok && outcome.code !== 'validation_failed')
    return { state: 'failed', message: outcome.message }
  return outcome?.ok && outcome.data ? { state: 'good', token, owner: outcome.data } : { state: 'bad' }
}

'use client'

import { useRef } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { apart } from '@/contracts/unseen'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogActions } from '../ui/dialog'
import type { LeavingQuestion } from '../ui/leaving'
import { Notice } from '../ui/notice'

type Props = {
  invited: InvitedMember
  /** What the link is for: to join the club, or to set another password. */
  about?: 'club' | 'password'
  onClose: () => void
}

/** What became of an invitation or a password link: mailed, or a link to hand over. */
export function Invited({ invited: { user, mailed, setPasswordLink }, about = 'club', onClose }: Props) {
  const link = useRef<HTMLElement>(null)
  const words = WORDS[about]
  return (
    <Dialog
      onClose={onClose}
      asks={setPasswordLink === null ? null : UNSENT_LINK}
      title={words.title(user.name)}
      description={setPasswordLink ? TO_HAND_OVER : words.told(mailed)}
    >
      {setPasswordLink && (
        <div className="grid gap-3">
          <code
            ref={link}
            tabIndex={0}
            aria-label="The link"
            className="rounded-lg border border-accent/40 bg-accent-well px-3 py-2.5 font-mono text-xs break-all select-all"
          >
            {setPasswordLink}
          </code>
          <CopyButton text={setPasswordLink} label="Copy link" look="primary" source={link} />
          <Notice tone="plain">{words.hint}</Notice>
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  )
}

const UNSENT_LINK: LeavingQuestion = {
  title: 'Close without the link?',
  text: 'It is shown only now. To get another one, make a new link from their menu.',
  stay: 'Back to the link',
  leave: 'Close',
}
const TO_HAND_OVER = 'No mail went out: send them this link yourself. It is shown only now.'
const WORDS = {
  club: {
    title: (name: string) => `${apart(name)} is invited`,
    told: (mailed: boolean) =>
      mailed
        ? 'A mail that tells them how to get in is on its way.'
        : 'They can sign in already. No mail went out: tell them that they are in the club now.',
    hint: 'It lets them choose a password once, within 24 hours. Who can sign in here already needs no link and simply signs in.',
  },
  password: {
    title: (name: string) => `A password link for ${apart(name)}`,
    told: (mailed: boolean) =>
      mailed ? 'A mail with the link is on its way to them.' : 'No mail goes out here, and there is no link.',
    hint: 'It sets a new password once, within 24 hours. If it does not work for them, their account is also used elsewhere: then only the people who run this app can help.',
  },
}

'use client'

import { useRef } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'

/** What became of an invitation: mailed, or a link to hand over. */
export function Invited({
  invited: { user, mailed, setPasswordLink },
  onClose,
}: {
  invited: InvitedMember
  onClose: () => void
}) {
  const link = useRef<HTMLElement>(null)
  return (
    <Dialog
      onClose={onClose}
      dismissible={setPasswordLink === null}
      title={`${user.name} is invited`}
      description={setPasswordLink ? TO_HAND_OVER : told(mailed)}
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
          <Notice tone="plain">
            It lets them choose a password once, within 24 hours. Who can sign in here already needs no link
            and simply signs in.
          </Notice>
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  )
}

const TO_HAND_OVER = 'No mail went out: send them this link yourself. It is shown only now.'
const told = (mailed: boolean) =>
  mailed
    ? 'A mail tells them how to get in.'
    : 'They can sign in already. No mail went out: tell them that they are in the club now.'

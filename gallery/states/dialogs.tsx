import type { ReactNode } from 'react'
import { ConfirmDialog } from '@/components/confirm-dialog'
import type { Outcome } from '@/components/outcome'
import { PasswordDialog } from '@/components/session/password-dialog'
import { Button } from '@/components/ui/button'
import { AlertCancel, AlertDialog, Dialog, DialogActions } from '@/components/ui/dialog'
import { ON_ITS_WAY, TYPED, UNANSWERED } from '@/components/ui/leaving'
import { answered, lost, refused, waiting } from '../answers'
import { ADA } from '../data/people'
import { LONG_WORD } from '../data/keys'
import { part, press, read, type } from '../state'

const nothing = () => undefined

const dialog =
  (children: ReactNode, wide = false) =>
  () => (
    <Dialog title="A dialog" description="What it is about." onClose={nothing} wide={wide}>
      {children}
    </Dialog>
  )

const confirm = (send: () => Promise<Outcome<unknown>>, typed?: string) => () => (
  <ConfirmDialog
    title={`Delete “${typed ?? 'ci-bot'}”?`}
    description="It cannot be undone."
    confirm="Delete"
    pendingText="Deleting…"
    send={send}
    onClose={nothing}
    onDone={nothing}
    {...(typed !== undefined && { typed })}
  />
)

const done = answered(undefined)

export const DIALOGS = [
  part('dialog, short', dialog(<p className="text-sm">Little to say.</p>)),
  part(
    'dialog, long',
    dialog(
      <>
        {Array.from({ length: 40 }, (_, line) => (
          <p key={line} className="text-sm">
            Line {line + 1} of a text that is longer than the screen.
          </p>
        ))}
        <DialogActions>
          <Button onClick={nothing}>Cancel</Button>
          <Button look="primary">Save</Button>
        </DialogActions>
      </>,
      true,
    ),
  ),
  part('dialog, a word without end', () => (
    <Dialog title={`“${LONG_WORD}${LONG_WORD}”`} description={LONG_WORD.repeat(3)} onClose={nothing}>
      <p className="text-sm break-words">{LONG_WORD.repeat(4)}</p>
    </Dialog>
  )),
  part('confirm', confirm(done)),
  part('confirm, waiting', confirm(waiting), press('Delete')),
  part(
    'confirm, refused',
    confirm(refused('Somebody else has changed it. Look at it again.')),
    press('Delete'),
    read('Somebody else'),
  ),
  part('confirm, no answer', confirm(lost), press('Delete'), read('No answer came')),
  part('confirm, by its name', confirm(done, 'Scoreboard')),
  part(
    'confirm, another name',
    confirm(done, 'Scoreboard'),
    type('Type “Scoreboard” to confirm', 'Score'),
    press('Delete'),
    read('not the name'),
  ),
  ...Object.entries({ typed: TYPED, 'on its way': ON_ITS_WAY, unanswered: UNANSWERED }).map(([name, asked]) =>
    part(`question, ${name}`, () => (
      <AlertDialog title={asked.title} description={asked.text} onClose={nothing}>
        <DialogActions>
          <AlertCancel>{asked.stay}</AlertCancel>
          <Button look="danger">{asked.leave}</Button>
        </DialogActions>
      </AlertDialog>
    )),
  ),
  part('password, old sign-in', () => (
    <PasswordDialog email={ADA.email} hasPassword hasEnded={false} onClose={nothing} />
  )),
  part('password, ended sign-in', () => (
    <PasswordDialog email={ADA.email} hasPassword hasEnded onClose={nothing} />
  )),
  part('password, none', () => (
    <PasswordDialog email={ADA.email} hasPassword={false} hasEnded={false} onClose={nothing} />
  )),
]

import type { Metadata } from 'next'
import { SetPassword } from '@/components/auth/set-password'
import { mailsAreSent } from '@/lib/mail/configured'
import { choosePassword, peek } from './actions'

export const metadata: Metadata = { title: 'Choose a password' }

export default function SetPasswordPage() {
  return (
    <>
      <noscript>
        <p className="bg-warn-well px-5 py-3 text-center text-sm text-warn">
          Choosing a password needs JavaScript: the link’s secret is read by the page alone. Switch it on and
          open the link again. It is not used up.
        </p>
      </noscript>
      <SetPassword peek={peek} choose={choosePassword} mails={mailsAreSent()} />
    </>
  )
}

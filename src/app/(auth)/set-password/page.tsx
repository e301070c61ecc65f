import type { Metadata } from 'next'
import { SetPassword } from '@/components/auth/set-password'
import { mailsAreSent } from '@/lib/mail/send'
import { choosePassword, peek } from './actions'

export const metadata: Metadata = { title: 'Choose a password' }

export default function SetPasswordPage() {
  return <SetPassword peek={peek} choose={choosePassword} mails={mailsAreSent()} />
}

import type { Metadata } from 'next'
import { SetPassword } from '@/components/auth/set-password'
import { choosePassword, peek } from './actions'

export const metadata: Metadata = { title: 'Choose a password' }

export default function SetPasswordPage() {
  return <SetPassword peek={peek} choose={choosePassword} />
}

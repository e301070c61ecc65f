import type { Metadata } from 'next'
import { AskAnAdmin } from '@/components/auth/ask-an-admin'
import { ForgotPassword } from '@/components/auth/forgot-password'
import { mailsAreSent } from '@/lib/mail/configured'
import { requestLink } from './actions'

export const metadata: Metadata = { title: 'Forgotten password' }

export default function ForgotPasswordPage() {
  return mailsAreSent() ? <ForgotPassword request={requestLink} /> : <AskAnAdmin />
}

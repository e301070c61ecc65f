import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ForgotPassword } from '@/components/auth/forgot-password'
import { mailsAreSent } from '@/lib/mail/send'
import { requestLink } from './actions'

export const metadata: Metadata = { title: 'Forgotten password' }

export default function ForgotPasswordPage() {
  if (!mailsAreSent()) notFound()
  return <ForgotPassword request={requestLink} />
}

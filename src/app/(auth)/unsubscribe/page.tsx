import type { Metadata } from 'next'
import { Unsubscribe } from '@/components/auth/unsubscribe'
import { peekUnsubscribeLink } from '@/lib/notifications/end-mails'
import { stopMails } from './actions'

export const metadata: Metadata = { title: 'Stop mails' }

type Props = { searchParams: Promise<{ t?: string | string[] }> }

/** Looking at it ends nothing: whatever opens links in mails does so unasked. */
export default async function UnsubscribePage({ searchParams }: Props) {
  const { t } = await searchParams
  const link = typeof t === 'string' ? t : ''
  return <Unsubscribe link={link} mails={await peekUnsubscribeLink(link)} stop={stopMails} />
}

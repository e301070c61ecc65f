'use server'

import { endMails } from '@/lib/notifications/end-mails'
import { openAction } from '../../action'
import { unsubscribeForm } from './forms'

/** @returns what has ended; null for a link that is not ours */
export async function stopMails(input: unknown) {
  return openAction(unsubscribeForm, input, ({ t }) => endMails(t))
}

import { db } from '../db/client'
import { env } from '../env'
import { logSignInTrouble } from './auth-log'
import { mailsAreSent, sendMail } from '../mail/send'

type Event = { is: 'linked' | 'unlinked'; name: string } | { is: 'password-changed' | 'password-set' }

const SAID = {
  linked: (name: string) => `${name} was linked to your account: a sign-in there gets in here.`,
  unlinked: (name: string) => `${name} was unlinked from your account. It no longer gets anybody in.`,
  'password-changed': () => 'The password of your account was changed.',
  'password-set': () => 'A new password was set for your account by a link.',
} satisfies Record<Event['is'], (name: string) => string>

/**
 * Tells people by mail what was done to the ways into their account (OWASP ASVS 6.3.7), so that they hear of
 * it if somebody else did it. Nobody waits for the mail; without a mail server nothing is sent.
 */
export async function tellOwner(userId: string, event: Event): Promise<void> {
  if (!mailsAreSent()) return
  try {
    const user = await db().user.findUnique({ where: { id: userId }, select: { email: true } })
    if (!user?.email) return
    const { origin, host } = new URL(env().NEXTAUTH_URL)
    const what = SAID[event.is]('name' in event ? event.name : '')
    const text = `${what}\n\nIf that was not you, choose another password at once; you see there what else gets in:\n\n${origin}/account\n\nIf you cannot sign in any more, ask for a new password:\n\n${origin}/forgot-password\n`
    void sendMail({ to: user.email, subject: `Your account on ${host}`, text })
  } catch (error) {
    // The act is done and on record: a failed mail must not make it look undone.
    logSignInTrouble('NOT_TOLD', error)
  }
}

'use server'

import { cookies } from 'next/headers'
import { setNotification } from '@/lib/notifications/notifications'
import { changePassword } from '@/lib/sign-in/change-password'
import { endOtherSignIns, endSignIn } from '@/lib/sign-in/end-sign-in'
import { startLinking } from '@/lib/sign-in/link-intent'
import { SESSION_SECONDS } from '@/lib/sign-in/login-session'
import { configuredProviders } from '@/lib/sign-in/providers'
import { sessionCookie } from '@/lib/sign-in/session-token'
import { signOutEverywhere } from '@/lib/sign-in/sign-out-everywhere'
import { unlinkIdentity } from '@/lib/sign-in/unlink-identity'
import { invalid, notFound, Refusal } from '@/lib/errors'
import { personAction } from '../../action'
import { pageTrace } from '../../caller'
import { linkForm, notificationForm, replacePasswordForm, signInForm, signOutForm, unlinkForm } from './forms'

export async function replacePassword(input: unknown) {
  return personAction(replacePasswordForm, input, async (person, given) => {
    const result = await changePassword(person, given, await pageTrace())
    if (result.ok) {
      const { sessionId } = result
      const cookie = await sessionCookie({ userId: person.userId, sessionId }, SESSION_SECONDS)
      ;(await cookies()).set(cookie)
      return
    }
    if (result.reason === 'current') throw notYours('current')
    if (result.reason === 'password') throw invalid([{ path: 'next', message: result.message }])
    throw tooMany()
  })
}

/** @returns what to start the sign-in at the provider with */
export async function beginLinking(input: unknown) {
  return personAction(linkForm, input, async (person, given) => {
    const provider = configuredProviders().find(({ id }) => id === given.provider)
    if (!provider) throw notFound()
    const { address } = await pageTrace()
    const result = await startLinking(person, { issuer: provider.issuer, password: given.password, address })
    if (result.ok) return { intent: result.intent }
    throw result.reason === 'current' ? notYours('password') : tooMany()
  })
}

export async function unlinkOwn(input: unknown) {
  return personAction(unlinkForm, input, async (person, given) =>
    unlinkIdentity(person, given, await pageTrace()),
  )
}

export async function endOwn(input: unknown) {
  return personAction(signInForm, input, async (person, given) => endSignIn(person, given, await pageTrace()))
}

export async function endOthers() {
  return personAction(signOutForm, undefined, async (person) => endOtherSignIns(person, await pageTrace()))
}

/** Whether they want a kind of mail from a club. */
export async function setOwnNotification(input: unknown) {
  return personAction(notificationForm, input, (person, given) => setNotification(person, given))
}

/** Ends every sign-in of this person, this one too. */
export async function endSignIns() {
  return personAction(signOutForm, undefined, async (person) => signOutEverywhere(person, await pageTrace()))
}

const notYours = (path: string) => invalid([{ path, message: 'That is not your password.' }])
const tooMany = () => new Refusal('forbidden', 'Too many attempts. Wait 15 minutes, then try again.')

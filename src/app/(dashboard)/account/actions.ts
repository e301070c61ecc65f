'use server'

import { changePassword } from '@/lib/auth/change-password'
import { endAllLoginSessions } from '@/lib/auth/login-session'
import { invalid, Refusal } from '@/lib/errors'
import { personAction } from '../../action'
import { pageTrace } from '../../caller'
import { replacePasswordForm, signOutForm } from './forms'

export async function replacePassword(input: unknown) {
  return personAction(replacePasswordForm, input, async (person, change) => {
    const { address } = await pageTrace()
    const result = await changePassword(person, { ...change, address })
    if (result.ok) return
    if (result.reason === 'current')
      throw invalid([{ path: 'current', message: 'That is not your password.' }])
    if (result.reason === 'password') throw invalid([{ path: 'next', message: result.message }])
    throw new Refusal('forbidden', 'Too many attempts. Wait 15 minutes, then try again.')
  })
}

/** Ends every sign-in of this person, this one too. */
export async function signOutEverywhere() {
  return personAction(signOutForm, undefined, ({ userId }) => endAllLoginSessions(userId))
}

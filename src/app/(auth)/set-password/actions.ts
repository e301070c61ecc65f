'use server'

import { invalid } from '@/lib/errors'
import { peekSetPasswordLink, setPassword } from '@/lib/auth/set-password'
import { openAction } from '../../action'
import { passwordForm, tokenForm } from './forms'

/** Whose password the link sets; null when it is no good. Uses up nothing. */
export async function peek(input: unknown) {
  return openAction(tokenForm, input, peekSetPasswordLink)
}

/** @returns the address to sign in with; null when the link is no good */
export async function choosePassword(input: unknown) {
  return openAction(passwordForm, input, async ({ token, password }) => {
    const result = await setPassword(token, password)
    if (result.ok) return { email: result.email }
    if (result.reason === 'password') throw invalid([{ path: 'password', message: result.message }])
    return null
  })
}

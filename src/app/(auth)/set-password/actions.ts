'use server'

import { invalid } from '@/lib/errors'
import { peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { openAction } from '../../action'
import { pageTrace } from '../../caller'
import { passwordForm, tokenForm } from './forms'

/**
 * Whose password the link sets, and which identities sign them in, too; null if the link is not valid. Does
 * not use the link up.
 */
export async function peek(input: unknown) {
  return openAction(tokenForm, input, async (secret) => {
    const found = await peekSetPasswordLink(secret)
    if (!found) return null
    const identities = found.identities.map(({ id, name, linkedAt }) => ({ id, name, linkedAt }))
    return { email: found.email, identities }
  })
}

/** @returns the address to sign in with; null when the link is no good */
export async function choosePassword(input: unknown) {
  return openAction(passwordForm, input, async ({ token, password, keep = [] }) => {
    const result = await setPassword(token, password, { keep, trace: await pageTrace() })
    if (result.ok) return { email: result.email }
    if (result.reason === 'password') throw invalid([{ path: 'password', message: result.message }])
    return null
  })
}

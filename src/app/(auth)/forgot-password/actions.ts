'use server'

import { requestPasswordLink } from '@/lib/sign-in/request-password-link'
import { openAction } from '../../action'
import { pageTrace } from '../../caller'
import { requestForm } from './forms'

/** The same answer whether or not anybody has that address. */
export async function requestLink(input: unknown) {
  return openAction(requestForm, input, async (given) => {
    const { address } = await pageTrace()
    await requestPasswordLink({ email: given.email, address })
  })
}

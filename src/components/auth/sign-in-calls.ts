// What pages ask of next-auth. Its own client, with what that brings, is more script than all of a page's own.

import { leaveFor } from '../ui/leaving'

/**
 * @returns null when this browser is signed in, else the code of what went wrong; `unreachable` where nobody
 *   knows what happened
 */
export async function signInByPassword(email: unknown, password: unknown): Promise<string | null> {
  try {
    const { url } = await post('callback/password', { email: String(email), password: String(password) })
    return new URL(url, location.origin).searchParams.get('error')
  } catch {
    return 'unreachable'
  }
}

/** Leaves for a provider's page. @throws when there is no way there */
export async function goToProvider(provider: string, form: { callbackUrl: string; intent?: string }) {
  const { url } = await post(`signin/${provider}`, form)
  leaveFor(url)
}

/** Ends this sign-in. @returns false when the server did not, or nobody knows */
export async function signOutHere(): Promise<boolean> {
  try {
    await post('signout', {})
    return true
  } catch {
    return false
  }
}

/** @throws for an answer that leads nowhere: a refusal */
async function post(path: string, form: Record<string, string>): Promise<{ url: string }> {
  const { csrfToken } = await jsonOf(await fetch('/api/auth/csrf'))
  const body = new URLSearchParams({
    callbackUrl: location.href,
    ...form,
    csrfToken: String(csrfToken),
    json: 'true',
  })
  const { url } = await jsonOf(await fetch(`/api/auth/${path}`, { method: 'POST', body }))
  if (typeof url !== 'string') throw new Error(`next-auth refused ${path}`)
  return { url }
}

async function jsonOf(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown>
}

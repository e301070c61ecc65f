import { identifyAt } from './openid'
import type { RawResponse } from './raw-http'
import type { Server } from './server'
import { postForm, setCookies } from './sign-in'

type Beginning = { session?: string | undefined; intent?: string | undefined }

/** From the button to the provider: where to, and the cookies of the browser that goes. */
export async function leaveForProvider(server: Server, { session, intent }: Beginning) {
  const held = session === undefined ? [] : [session]
  const begun = await postForm(server, '/api/auth/signin/oidc', intent === undefined ? {} : { intent }, held)
  const url = begun.json().url as string
  return { url, cookies: [...keptBy(begun), ...held] }
}

/** @param address where the provider sent the browser back to */
export function comeBack(server: Server, address: string, cookies: readonly string[]): Promise<RawResponse> {
  const { pathname, search } = new URL(address)
  return server.send({ path: `${pathname}${search}`, headers: [['Cookie', cookies.join('; ')]] })
}

/** To the provider, where `subject` signs in, and back. */
export async function travel(
  server: Server,
  { subject, ...beginning }: Beginning & { subject: string },
): Promise<RawResponse> {
  const { url, cookies } = await leaveForProvider(server, beginning)
  return comeBack(server, await identifyAt(url, subject), cookies)
}

/** `name=value` of the cookies that an answer sets, without those that it deletes. */
export const keptBy = ({ headers }: RawResponse): string[] =>
  setCookies(headers)
    .map((line) => line.split(';')[0]!)
    .filter((pair) => !pair.endsWith('='))

export const sessionIn = (answer: RawResponse) =>
  keptBy(answer).find((pair) => pair.startsWith('next-auth.session-token='))

/** The path that an answer sends on to. */
export function sentTo({ headers }: RawResponse): string {
  const { pathname, search } = new URL(headers.location ?? '', 'http://localhost')
  return `${pathname}${search}`
}

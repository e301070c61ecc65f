import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

export type OpenIdProvider = { issuer: string; env: Record<string, string>; stop: () => Promise<void> }

/**
 * A real provider in a process of its own, and the environment that makes the app use it.
 * @param options `signedBy`: the algorithm of its tokens (RFC 7518); `discoveryMs`: how long its discovery
 *   document takes
 */
export async function startOpenIdProvider({
  signedBy = 'RS256',
  discoveryMs = 0,
} = {}): Promise<OpenIdProvider> {
  const child = spawn(process.execPath, [path.join(__dirname, 'openid-provider.mjs')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, SIGNED_BY: signedBy, DISCOVERY_MS: String(discoveryMs) },
  })
  const [issuer] = (await once(createInterface(child.stdout), 'line')) as [string]
  const stop = async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  }
  const env = {
    OIDC_NAME: 'Club ID',
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'clubkeys',
    OIDC_CLIENT_SECRET: 'a-secret-of-this-test',
  }
  return { issuer, env, stop }
}

/**
 * Signs in at the provider as `subject` and agrees to be sent back, as a browser would.
 * @param url where the app sent them
 * @returns where the provider sends them back to
 */
export async function identifyAt(url: string, subject: string): Promise<string> {
  const jar = new Map<string, string>()
  let next = url
  for (let step = 0; step < 12; step++) {
    const page = await ask(next, jar)
    const to = page.headers.get('location')
    if (to) {
      next = new URL(to, next).href
      if (next.includes('/api/auth/callback/')) return next
      continue
    }
    const html = await page.text()
    const action = /action="([^"]+)"/.exec(html)?.[1]
    if (!action) throw new Error(`the provider asks nothing: ${page.status} ${html.slice(0, 200)}`)
    const prompt = html.includes('name="login"') ? 'login' : 'consent'
    const sent = await ask(action, jar, new URLSearchParams({ prompt, login: subject, password: 'any' }))
    next = new URL(sent.headers.get('location') ?? '', action).href
  }
  throw new Error('the provider does not send anybody back')
}

async function ask(url: string, jar: Map<string, string>, body?: URLSearchParams): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const method = body ? 'POST' : 'GET'
  const answer = await fetch(url, { method, redirect: 'manual', headers: { cookie }, ...(body && { body }) })
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return answer
}

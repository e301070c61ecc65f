import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

export type OpenIdProvider = { issuer: string; env: Record<string, string>; stop: () => Promise<void> }

/** A real provider in a process of its own, and the environment that makes the app use it. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const child = spawn(process.execPath, [path.join(__dirname, 'openid-provider.mjs')], {
    stdio: ['ignore', 'pipe', 'ignore'],
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

import { startApp, type App } from '../chaos/stage/app'
import type { Postgres } from '../chaos/stage/postgres'
import { startOpenIdProvider } from '../__tests__/support/openid'
import { send, type RawRequest } from '../__tests__/support/raw-http'
import { relayTo, type Relay } from '../__tests__/support/relay'
import type { Server } from '../__tests__/support/server'
import { startSmtp, type Delivered } from '../__tests__/support/smtp'

/** The limits of {@link Strict}, as low as its cases can do with: floods are over sooner. */
export const CALLS = { key: 100, mostPerKey: 200, club: 300, session: 60, changes: 10, endings: 30 }

/**
 * A second process on the same database that limits who calls too often, whose database can stall, with a
 * provider for single sign-on and a mail server.
 */
export type Strict = {
  app: App
  server: Server
  relay: Relay
  issuer: string
  mails: readonly Delivered[]
  stop: () => Promise<void>
}

export async function startStrict(postgres: Postgres, env: Record<string, string>): Promise<Strict> {
  const relay = await relayTo(postgres.url)
  const provider = await startOpenIdProvider()
  const smtp = await startSmtp()
  const app = await startApp(
    { ...postgres, url: relay.url },
    {
      ...env,
      ...provider.env,
      SMTP_URL: smtp.url,
      MAIL_FROM: 'keys@example.test',
      DATABASE_TIMEOUT_MS: '500',
      RATE_LIMIT_PER_KEY: String(CALLS.key),
      RATE_LIMIT_MAX_PER_KEY: String(CALLS.mostPerKey),
      RATE_LIMIT_PER_CLUB: String(CALLS.club),
      RATE_LIMIT_PER_SESSION: String(CALLS.session),
      RATE_LIMIT_CHANGES_PER_USER: String(CALLS.changes),
      RATE_LIMIT_ENDINGS_PER_CREDENTIAL: String(CALLS.endings),
    },
  )
  const { port } = app
  return {
    app,
    server: { port, send: (request: RawRequest) => send(port, request) } as Server,
    relay,
    issuer: provider.issuer,
    mails: smtp.mails,
    stop: async () => {
      relay.mend()
      await app.stop()
      await relay.close()
      await provider.stop()
      await smtp.stop()
    },
  }
}

import { relayTo, type Relay } from './relay'
import { startServer, type Server } from './server'

/** One server for a test file, with a relay in front of its database that can be cut and mended. */
export function useStallingServer(databaseUrl: () => string): { relay: () => Relay; server: () => Server } {
  let relay: Relay
  let server: Server
  beforeAll(async () => {
    relay = await relayTo(databaseUrl())
    server = await startServer({ databaseUrl: relay.url, env: { DATABASE_TIMEOUT_MS: '500' } })
  }, 40_000)
  afterAll(async () => {
    relay.mend()
    await server.stop()
    await relay.close()
  })
  return { relay: () => relay, server: () => server }
}

import type { Page } from 'playwright-core'
import type { Look, Tab, useBrowser } from './browser'
import { relayTo, type Relay } from './relay'
import { freePort, startServer, type Server } from './server'

type Lossy = {
  server: () => Server
  relay: () => Relay
  /** A tab that talks to the server through the relay. */
  open: (look: Pick<Look, 'as'>) => Promise<Tab>
}

/** A server whose answers a browser can be kept from, by a relay between the two. */
export function useLossyServer(
  databaseUrl: () => string,
  browser: ReturnType<typeof useBrowser>,
  env: Record<string, string> = {},
): Lossy {
  let server: Server
  let relay: Relay
  beforeAll(async () => {
    const port = await freePort()
    relay = await relayTo(`http://127.0.0.1:${port}`)
    const own = { NEXTAUTH_URL: `http://localhost:${new URL(relay.url).port}` }
    server = await startServer({ databaseUrl: databaseUrl(), port, env: { ...env, ...own } })
  }, 100_000)
  afterEach(() => relay.mend())
  afterAll(async () => {
    await relay.close()
    await server.stop()
  })
  const through = () => ({ ...server, port: Number(new URL(relay.url).port) })
  return {
    server: () => server,
    relay: () => relay,
    open: (look) => browser.open({ server: through(), ...look }),
  }
}

export const unknown = (page: Page) => page.getByText('Nobody knows whether this was done')

/** Does something whose answer is lost, after `isDone`. */
export async function lose(
  relay: Relay,
  page: Page,
  act: () => Promise<unknown>,
  isDone: () => Promise<boolean>,
): Promise<void> {
  relay.mute()
  await act()
  await until(isDone)
  // The browser itself sends a request once more on a new connection: that answer is lost, too.
  await until(async () => {
    relay.drop()
    return unknown(page).isVisible()
  })
  relay.mend()
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200 && !(await holds()); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await holds()).toBe(true)
}

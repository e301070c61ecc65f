import { existsSync } from 'node:fs'

/** The one without a window first: the same engine, and a quarter less work for the processor. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/**
 * Nothing but the pages under test: no sandbox as root in a container, no calls home, and no name but this
 * machine’s.
 */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Text stands where it stands on every machine, and in both programs.
  '--font-render-hinting=none',
  '--hide-scrollbars',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
]

const INSTALL_CHROMIUM =
  'apt-get install --yes --no-install-recommends chromium-headless-shell fonts-liberation'

/** @throws Error that says how to install it */
export function chromiumPath(): string {
  const found = PLACES.find((place) => existsSync(place))
  if (!found)
    throw new Error(`The browser tests need Chromium, which is not here. On Debian: ${INSTALL_CHROMIUM}`)
  return found
}

import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

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
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
]

const INSTALL_CHROMIUM = 'apt-get install --yes --no-install-recommends chromium fonts-liberation'

/** @throws Error that says how to install it */
export function chromiumPath(): string {
  const found = PLACES.find((place) => existsSync(place))
  if (!found)
    throw new Error(`The browser tests need Chromium, which is not here. On Debian: ${INSTALL_CHROMIUM}`)
  return found
}

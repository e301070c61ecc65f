import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromiumPath, INSTALL_CHROMIUM } from '../../__tests__/support/chromium'
import { progress } from '../start/progress'

const BROWSER_TESTS = '__tests__/e2e/browser'

/**
 * Chromium for the browser tests: what is there, else Debian's package where we may install it, else the line that installs it. Where
 * it is missing the other tests still run, and the browser tests fail with that line.
 * @param chosen jest's arguments; a run that leaves the browser tests out installs nothing
 */
export function provideChromium(chosen: readonly string[]): void {
  if (isThere() || !runsBrowserTests(chosen)) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return tell()
  const done = progress('Installing Chromium for the browser tests')
  const installed = install() || (apt(['update']) && install())
  done()
  if (!installed || !isThere()) tell()
}

function isThere(): boolean {
  try {
    return chromiumPath() !== ''
  } catch {
    return false
  }
}

function runsBrowserTests(chosen: readonly string[]): boolean {
  const paths = chosen.filter((argument) => !argument.startsWith('-'))
  return paths.length === 0 || paths.some((path) => BROWSER_TESTS.includes(path.replace(/\/$/, '')) || path.includes(BROWSER_TESTS))
}

const install = () => apt(INSTALL_CHROMIUM.split(' ').slice(1))

function apt(args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0
}

const tell = () => void process.stderr.write(`The browser tests will fail: there is no Chromium here. ${INSTALL_CHROMIUM}\n`)

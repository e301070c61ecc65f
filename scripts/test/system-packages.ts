import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromiumPath } from '../../__tests__/support/chromium'
import { progress } from '../start/progress'

/**
 * What some tests run beside our own: Debian's package, how to see that it is there, and who cannot do
 * without.
 */
type Need = { what: string; packages: string[]; isThere: () => boolean; tests: string[] }

const onPath = (program: string) => () =>
  spawnSync('sh', ['-c', `command -v ${program} || test -x /usr/sbin/${program}`]).status === 0

const NEEDS: Need[] = [
  {
    what: 'Chromium',
    packages: ['chromium-headless-shell', 'fonts-liberation'],
    isThere: hasChromium,
    tests: ['__tests__/e2e/browser'],
  },
  {
    what: 'Redis',
    packages: ['redis-server'],
    isThere: onPath('redis-server'),
    tests: ['__tests__/e2e/chaos', '__tests__/lib/limits', '__tests__/http/slow-limits'],
  },
  {
    what: 'Postgres 15',
    packages: ['postgresql-15'],
    isThere: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
    tests: ['__tests__/lib/db', '__tests__/scripts/database', '__tests__/e2e/chaos'],
  },
  {
    what: 'psql',
    packages: ['postgresql-client'],
    isThere: onPath('psql'),
    tests: ['__tests__/scripts/migrating'],
  },
  {
    what: 'OpenSSL',
    packages: ['openssl'],
    isThere: onPath('openssl'),
    tests: ['__tests__/lib/limits', '__tests__/scripts/database-tls'],
  },
  {
    what: 'PgBouncer',
    packages: ['pgbouncer'],
    isThere: onPath('pgbouncer'),
    tests: [
      '__tests__/e2e/poolers',
      '__tests__/e2e/chaos',
      '__tests__/lib/db',
      '__tests__/scripts/databases',
    ],
  },
  {
    what: 'nginx',
    packages: ['nginx'],
    isThere: onPath('nginx'),
    tests: ['__tests__/e2e/chaos', '__tests__/e2e/proxies'],
  },
  {
    what: 'unshare and setpriv',
    packages: ['util-linux'],
    isThere: () => onPath('unshare')() && onPath('setpriv')(),
    tests: ['__tests__/scripts/read-only'],
  },
  { what: 'HAProxy', packages: ['haproxy'], isThere: onPath('haproxy'), tests: ['__tests__/e2e/proxies'] },
]

/**
 * What is missing of it is installed where we may, else the line that installs it is printed: the other tests
 * still run, but the run has failed.
 * @param chosen jest's arguments; what the chosen tests do not need is left alone
 * @returns those that are still missing
 */
export function missingSystemPackages(chosen: readonly string[]): string[] {
  const missing = NEEDS.filter((need) => isNeeded(need, chosen) && !need.isThere())
  if (missing.length === 0) return []
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return tell(missing)
  const packages = missing.flatMap((need) => need.packages)
  const done = progress(`Installing ${missing.map(({ what }) => what).join(', ')} for the tests`)
  const all = install(packages) || (apt(['update']) && install(packages))
  // One that this release of the system does not have keeps all of a line away.
  if (!all) for (const need of missing) install(need.packages)
  done()
  return tell(missing.filter((need) => !need.isThere()))
}

function isNeeded({ tests }: Need, chosen: readonly string[]): boolean {
  const paths = chosen.filter((argument) => !argument.startsWith('-'))
  // jest takes a path for a pattern: a folder above, or a file below.
  const concerns = (path: string) =>
    tests.some((folder) => folder.includes(path.replace(/\/$/, '')) || path.includes(folder))
  return paths.length === 0 || paths.some(concerns)
}

function hasChromium(): boolean {
  try {
    return chromiumPath() !== ''
  } catch {
    return false
  }
}

const install = (packages: readonly string[]) =>
  apt(['install', '--yes', '--no-install-recommends', ...packages])

function apt(args: readonly string[]): boolean {
  // Debian starts a server as it installs it, but not at this runlevel.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  return spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0
}

function tell(missing: readonly Need[]): string[] {
  for (const { what, packages } of missing)
    process.stderr.write(
      `There is no ${what} here, which some tests need. Install it: apt-get install --yes --no-install-recommends ${packages.join(' ')}\n`,
    )
  return missing.map(({ what }) => what)
}

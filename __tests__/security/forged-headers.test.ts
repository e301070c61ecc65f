import { useDatabase } from '../support/club'
import {
  newCampaign,
  setScene,
  victimsHeaders,
  type Attack,
  type Presented,
  type Scene,
} from '../support/forgery'
import { useOtherApp } from '../support/other-app'
import { useServer } from '../support/server'

const database = useDatabase()
const product = useServer(database.url)
// Where the hook takes nothing away, the door and the handlers must hold by themselves.
const otherApp = useOtherApp(database.url, { UNDO_STRIPPING: 'yes' })
const hooked = useOtherApp(database.url)
const forgetful = useOtherApp(database.url, { FORGET_INSTRUMENTATION: 'yes' })
let scene: Scene
beforeAll(async () => {
  scene = await setScene()
})
const campaign = newCampaign(() => scene)

type Place = {
  name: string
  to: Pick<Attack, 'on' | 'reaching'> & { path: string; headers?: [string, string][] }
}

/** Every kind of way to a handler: through the door, past it, and to apps that leave things out. */
const places = (): Place[] => [
  { name: 'the product', to: { on: product(), path: '/api/v1/whoami' } },
  { name: 'another app, through the door', to: { on: otherApp(), path: '/api/echo', reaching: 'its own' } },
  {
    name: 'a page-like route, where the door only strips',
    to: { on: otherApp(), path: '/inside', reaching: 'none' },
  },
  {
    name: 'a public-looking path rewritten to the echo',
    to: { on: otherApp(), path: '/api/auth/echo', reaching: 'none' },
  },
  { name: 'a public-looking path rewritten to whoami', to: { on: otherApp(), path: '/api/auth/who' } },
  { name: 'an alias behind the door', to: { on: otherApp(), path: '/api/alias' } },
  { name: 'a route without a door', to: { on: otherApp(), path: '/outside' } },
  {
    name: 'a route without a door in an app with the hook',
    to: { on: hooked(), path: '/outside', reaching: 'none' },
  },
  { name: 'whoami, rewritten to around the door', to: { on: otherApp(), path: '/elsewhere' } },
  {
    name: 'the exception for prefetches',
    to: { on: otherApp(), path: '/api/echo', headers: [['purpose', 'prefetch']] },
  },
  {
    name: 'an app without instrumentation, inside',
    to: { on: forgetful(), path: '/api/echo', reaching: 'its own' },
  },
  { name: 'an app without instrumentation, outside', to: { on: forgetful(), path: '/outside' } },
]

/** Sends the headers everywhere, with each of what one can present. */
function everywhere(
  what: string,
  headers: [string, string][],
  presented: Presented[] = Object.values(scene.presented),
): Attack[] {
  return places().flatMap(({ name, to: { path, headers: needed = [], reaching = 'anything', on } }) =>
    presented.map((by) => ({
      on,
      what: `${what} with ${by.name} at ${name}`,
      request: { path, headers: [...headers, ...by.headers, ...needed] },
      taken: by.taken,
      // Only of a good key does the door tell the handler anything.
      reaching: reaching === 'its own' && !by.statedByTheDoor ? 'none' : reaching,
    })),
  )
}

const refusedAtMost = ({ taken, ...by }: Presented): Presented => ({ ...by, taken: [...taken, 'nobody'] })
const refused = (by: Presented): Presented => ({ ...by, taken: ['nobody'] })

const SPELLINGS: Record<string, (name: string, value: string) => [string, string][]> = {
  'as documented': (name, value) => [[name, value]],
  'in capitals': (name, value) => [[name.toUpperCase(), value]],
  'in mixed case': (name, value) => [[name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()), value]],
  twice: (name, value) => [
    [name, value],
    [name, value],
  ],
  'twice, in two cases': (name, value) => [
    [name.toUpperCase(), value],
    [name, value],
  ],
  'empty and again': (name, value) => [
    [name, ''],
    [name, value],
  ],
  'in a list': (name, value) => [[name, `${value}, ${value}`]],
  'between tabs': (name, value) => [[name, `\t${value}\t`]],
  'between spaces': (name, value) => [[name, `   ${value}   `]],
  'with a no-break space': (name, value) => [[name, `\xa0${value}`]],
  'with underscores': (name, value) => [[name.replaceAll('-', '_'), value]],
  'with a hyphen too many': (name, value) => [[`${name}-`, value]],
}

/**
 * What is no header name by RFC 9112 §5.1; a server that mends it is open to whoever stands behind a proxy
 * that does not.
 */
const BROKEN_NAMES: Record<string, (name: string) => string> = {
  'a space before the colon': (name) => `${name} `,
  'a tab before the colon': (name) => `${name}\t`,
  'a space before the name': (name) => ` ${name}`,
  'a space in the name': (name) => name.replace('-', ' '),
  'a NUL in the name': (name) => `${name}\0`,
  'a byte beyond ASCII in the name': (name) => name.replace('-', '\xad'),
}

/**
 * The framework's own headers, by which its parts once talked to each other, and those by which proxies talk
 * to it.
 */
const FRAMEWORK_HEADERS = (clubId: string): [string, string][] => [
  // CVE-2025-29927, in the form of every version it was in
  ...['pages/_middleware', 'middleware', 'src/middleware', 'proxy', 'src/proxy'].flatMap(
    (name): [string, string][] => [
      ['x-middleware-subrequest', name],
      ['x-middleware-subrequest', Array.from({ length: 5 }, () => name).join(':')],
    ],
  ),
  ['x-middleware-subrequest-id', '1'],
  ['x-middleware-override-headers', 'x-api-key-club-id,authorization'],
  ['x-middleware-request-x-api-key-club-id', clubId],
  ['x-middleware-request-authorization', ''],
  ['x-middleware-next', '1'],
  ['x-middleware-skip', '1'],
  ['x-middleware-invoke', '0'],
  ['x-middleware-cache', 'no-cache'],
  ['x-middleware-rewrite', '/api/health/live'],
  ['x-middleware-rewrite', 'http://evil.test/'],
  ['x-middleware-redirect', '/api/health/live'],
  ['x-middleware-set-cookie', `x-api-key-club-id=${clubId}`],
  ['x-nextjs-data', '1'],
  ['x-nextjs-rewritten-path', '/outside'],
  ['x-invoke-path', '/api/health/live'],
  ['x-invoke-output', '/api/health/live'],
  ['x-invoke-query', '%7B%7D'],
  ['x-invoke-status', '200'],
  ['x-invoke-error', '{}'],
  ['x-matched-path', '/outside'],
  ['x-now-route-matches', '1=outside'],
  ['x-next-url', '/outside'],
  ['next-url', '/outside'],
  ['next-action', '0'.repeat(42)],
  ['next-action', 'x'],
  // One that the framework cannot read is refused before it (router-state.test.ts).
  ['next-router-state-tree', '%5B%22%22%2C%7B%7D%5D'],
  ['next-router-prefetch', '1'],
  ['next-router-segment-prefetch', '/_tree'],
  ['x-prerender-revalidate', 'x'],
  ['cookie', `__prerender_bypass=x; x-api-key-club-id=${clubId}`],
  ['next-resume', '1'],
  ['x-forwarded-host', 'evil.test'],
  ['x-forwarded-proto', 'javascript'],
  ['x-forwarded-port', '-1'],
  ['x-original-url', '/api/health/live'],
  ['x-rewrite-url', '/api/health/live'],
  ['x-http-method-override', 'OPTIONS'],
  ['x-clubkeys-peer', '127.0.0.1'],
  ['x-clubkeys-peer', '127.0.0.1 repeated'],
  ['host', 'evil.test:99999'],
  // Hop-by-hop by the client's word: a proxy would drop what is named here, the server must not.
  ['connection', 'close, x-api-key-club-id, x-api-key-context'],
  ['connection', 'close, authorization, x-clubkeys-peer'],
  ['proxy-connection', 'x-api-key-club-id'],
]

describe('G2: who calls is never what a header says', () => {
  it.each(Object.keys(SPELLINGS))('an identity header %s makes nobody anybody', async (spelling) => {
    const spell = SPELLINGS[spelling]!
    const { nothing, ownKey } = scene.presented
    const attacks = victimsHeaders(scene).flatMap(([name, value]) =>
      everywhere(`${name} ${spelling}`, spell(name, value), [nothing, ownKey]),
    )
    const together = everywhere(
      `all ${spelling}`,
      victimsHeaders(scene).flatMap(([name, value]) => spell(name, value)),
    )
    expect(await campaign.successes([...attacks, ...together])).toEqual([])
  })

  it.each(Object.keys(BROKEN_NAMES))('a name with %s is refused, not mended', async (flaw) => {
    const [name, value] = victimsHeaders(scene)[0]!
    const attacks = everywhere(
      flaw,
      [[BROKEN_NAMES[flaw]!(name), value]],
      [scene.presented.nothing, scene.presented.ownKey].map(refused),
    )
    expect(await campaign.successes(attacks)).toEqual([])
  })

  it.each(FRAMEWORK_HEADERS('ID'))('%s: %s opens no way in', async (name, template) => {
    const header: [string, string] = [name, template.replace('ID', scene.victim.clubId)]
    const { nothing, ownKey, madeUpSession } = scene.presented
    const attacks = everywhere(
      `${name}: ${template}`,
      [header, ...victimsHeaders(scene)],
      [nothing, ownKey, madeUpSession],
    )
    expect(await campaign.successes(attacks)).toEqual([])
  })

  it.each([
    ['rsc', '1'],
    ['x-middleware-prefetch', '1'],
    ['expect', 'something'],
  ])('%s: %s, to which the framework has an answer of its own, opens none either', async (name, value) => {
    const attacks = everywhere(
      `${name}: ${value}`,
      [[name, value], ...victimsHeaders(scene)],
      Object.values(scene.presented).map(refusedAtMost),
    )
    expect(await campaign.successes(attacks)).toEqual([])
  })

  it('nor do all of them at once', async () => {
    const headers = FRAMEWORK_HEADERS(scene.victim.clubId).filter(
      ([name]) => !['host', 'connection'].includes(name),
    )
    const attacks = everywhere('everything', [...headers, ...victimsHeaders(scene)])
    expect(await campaign.successes(attacks)).toEqual([])
  })

  it('was asked thousands of times', () => {
    expect(campaign.sent()).toBeGreaterThan(3_000)
  })
})

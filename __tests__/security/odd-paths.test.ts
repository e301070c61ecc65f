import { readFileSync } from 'node:fs'
import path from 'node:path'
import { useDatabase } from '../support/club'
import { newCampaign, setScene, victimsHeaders, type Attack, type Scene } from '../support/forgery'
import { useOtherApp } from '../support/other-app'
import { useServer } from '../support/server'

const database = useDatabase()
const product = useServer(database.url)
const otherApp = useOtherApp(database.url)
let scene: Scene
beforeAll(async () => {
  scene = await setScene()
})
const campaign = newCampaign(() => scene)

const BUILD_ID = readFileSync(path.resolve('.next/BUILD_ID'), 'utf8')

/** Other spellings of whoami's path, and paths that look public on the way to it. */
const PATHS = [
  '//api/v1/whoami',
  '/api//v1/whoami',
  '/api/v1//whoami',
  '/API/v1/whoami',
  '/api/V1/WhoAmI',
  '/api/v1/whoami/',
  '/api/v1/whoami//',
  '/%61pi/v1/whoami',
  '/api/v1/who%61mi',
  '/api/v1/who%2561mi',
  '/api%2fv1/whoami',
  '/api%5cv1%5cwhoami',
  '/api/./v1/whoami',
  '/api/%2e/v1/whoami',
  '/api/v1/x/../whoami',
  '/api/v1/x/%2e%2e/whoami',
  '/api/auth/../v1/whoami',
  '/api/auth/%2e%2e/v1/whoami',
  '/api/auth/%2E./v1/whoami',
  '/api/auth/..%2fv1/whoami',
  '/api/auth/..;/v1/whoami',
  '/api/auth/..\\v1\\whoami',
  '/api/auth/%5c../v1/whoami',
  '/api/auth//../v1/whoami',
  '/api/health/live/../../v1/whoami',
  '/api/health/live/..%2f..%2fv1/whoami',
  '/api/health/live%2f..%2f..%2fv1%2fwhoami',
  '/api/health/live;/../../v1/whoami',
  '/api/metrics/../v1/whoami',
  '/api/openapi.json/../v1/whoami',
  '/api/v1/whoami;x=/api/auth/',
  '/api;/v1/whoami',
  '/..;/api/v1/whoami',
  '/\\api/v1/whoami',
  '/api\\v1\\whoami',
  '\\api\\v1\\whoami',
  'api/v1/whoami',
  'http://localhost/api/v1/whoami',
  'http://evil.test/api/v1/whoami',
  'http://user@evil.test:99999/api/v1/whoami',
  'HTTPS://localhost/api/v1/whoami',
  'http:///api/v1/whoami',
  'file:///api/v1/whoami',
  '//localhost/api/v1/whoami',
  '///api/v1/whoami',
  '*',
  '/api/v1/whoami?',
  '/api/v1/whoami?/api/auth/x',
  '/api/v1/whoami?x=/_next/static/',
  '/api/v1/whoami??',
  '/api/v1/whoami?#',
  '/api/v1/whoami#/api/auth/x',
  '/api/v1/whoami%23/api/auth/x',
  '/api/v1/whoami%3f/api/auth/x',
  '/api/auth/#/../../v1/whoami',
  '/api/auth/?/../../v1/whoami',
  '/api/v1/whoami%00',
  '/api/v1/whoami%00/api/auth/',
  '/api/v1/whoami%0a',
  '/api/v1/whoami%20',
  '/api/v1/whoami.',
  '/api/v1/whoami.json',
  '/api/v1/whoami.rsc',
  '/api/v1/whoami.prefetch.rsc',
  '/api/v1/whoami.segments/_tree.segment.rsc',
  '/api/v1/whoami?_rsc=1abc2',
  '/api/v1/whoami?_rsc',
  '/api/v1/whoami?nxtPpath=auth&nxtIpath=auth',
  '/api/v1/whoami?__nextLocale=/api/auth&__nextDataReq=1',
  '/api/v1/whoami?__nextDefaultLocale=en&amp=1',
  '/en/api/v1/whoami',
  '/index/api/v1/whoami',
  '/_next/static/../../api/v1/whoami',
  '/_next/static/%2e%2e/%2e%2e/api/v1/whoami',
  '/_next/static/..%2f..%2fapi/v1/whoami',
  '/_next/static/\\..\\..\\api/v1/whoami',
  `/_next/data/${BUILD_ID}/api/v1/whoami.json`,
  `/_next/data/${BUILD_ID}/../../../api/v1/whoami`,
  `/_next/data/x/api/v1/whoami.json`,
  '/_next/image?url=%2Fapi%2Fv1%2Fwhoami&w=640&q=75',
  '/_next/image?url=http%3A%2F%2Flocalhost%2Fapi%2Fv1%2Fwhoami&w=640&q=75',
  '/_next/image/../../api/v1/whoami',
  // What cannot be decoded is answered, not stumbled over.
  '/api/%',
  '/api/%ff',
  '/api/v1/whoami%ff',
  '/api/v1/%e0%80%af/whoami',
  '/api/v1/api-keys/%c0%ae%c0%ae',
  '/api/auth/%',
  '/api/auth/%ff%2e%2e/v1/whoami',
  '/%/api/v1/whoami',
]

/** The same, for the other app, whose door leaves some of its paths out. */
const AROUND_THE_DOOR = [
  '/outside/../api/echo',
  '/outside/%2e%2e/api/echo',
  '/outside/..%2fapi%2fecho',
  '/inside/../outside',
  '/inside/..%2foutside',
  '/outside?_rsc=1abc2',
  '/outside.rsc',
  '/outside#/inside',
  '/elsewhere/../api/echo',
  '/elsewhere?path=/api/echo',
  '/elsewhere/',
  '/inside/elsewhere',
  '/inside/elsewhere/%2e',
  '/api/alias/../echo',
  '/api/auth/who/../../echo',
  '/api/auth/echo?/../../echo',
  '/api/health/ready',
  '/api/health/ready/../../echo',
]

/** Tried with nothing, with a bad key, and with a good one, beside the victim's identity headers. */
function attempts(on: Attack['on'], targets: readonly string[], method = 'GET'): Attack[] {
  return targets.flatMap((target) =>
    Object.values(scene.presented).map((by) => ({
      what: `${method} ${target} with ${by.name}`,
      on,
      request: { method, path: target, headers: [...victimsHeaders(scene), ...by.headers] },
      taken: [...by.taken, 'nobody'] as const,
    })),
  )
}

describe('G2: no way of writing a request is a way in', () => {
  it('no spelling of a path reaches a handler without a key, or fails', async () => {
    expect(await campaign.successes(attempts(product(), PATHS))).toEqual([])
  })

  it('nor does any in an app whose door does not see all of its paths', async () => {
    expect(await campaign.successes(attempts(otherApp(), AROUND_THE_DOOR))).toEqual([])
  })

  const METHODS: [method: string, withKey: number, without: number][] = [
    ['GET', 200, 401],
    ['HEAD', 200, 401],
    ['OPTIONS', 405, 401],
    ['POST', 405, 401],
    ['PUT', 405, 401],
    ['PATCH', 405, 401],
    ['DELETE', 405, 401],
    // Known to the parser, unknown to the framework
    ['TRACE', 400, 401],
    ['QUERY', 400, 401],
    ['PROPFIND', 400, 401],
    ['PURGE', 400, 401],
    ['M-SEARCH', 400, 401],
    // Unknown to the parser: method names are case-sensitive (RFC 9110 §9.1)
    ['get', 400, 400],
    ['Get', 400, 400],
    ['HEADGET', 400, 400],
    ['TRACK', 400, 400],
  ]
  it.each(METHODS)('%s answers %d with a key and %d without', async (method, withKey, without) => {
    const { ownKey, nothing, revokedKey, mistypedKey } = scene.presented
    const statusWith = async ({ headers }: { headers: [string, string][] }) =>
      (
        await product().send({
          method,
          path: '/api/v1/whoami',
          headers: [...victimsHeaders(scene), ...headers],
        })
      ).status
    const statuses = await Promise.all([ownKey, nothing, revokedKey, mistypedKey].map(statusWith))
    expect(statuses).toEqual([withKey, without, without, without])
  })

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'])(
    '%s overrides no method',
    async (name) => {
      const ask = async (method: string, other: string) => {
        const headers: [string, string][] = [[name, other], ...scene.presented.ownKey.headers]
        return (await product().send({ method, path: '/api/v1/whoami', headers })).status
      }
      expect(await Promise.all([ask('GET', 'DELETE'), ask('POST', 'GET'), ask('OPTIONS', 'GET')])).toEqual([
        200, 405, 405,
      ])
    },
  )

  it.each(['/', '/docs/problems', '/api/health/live', '*', '*:99999/', '*%', '*['])(
    'TRACE and OPTIONS of %s fail quietly and show nobody their headers',
    async (target) => {
      for (const method of ['TRACE', 'OPTIONS']) {
        const { status, body } = await product().send({
          method,
          path: target,
          headers: scene.presented.ownKey.headers,
        })
        expect([method, status < 500, body.includes(scene.caller.token)]).toEqual([method, true, false])
      }
    },
  )

  it('was tried on hundreds of paths with everything one can present', () => {
    expect(campaign.sent()).toBeGreaterThan(700)
  })
})

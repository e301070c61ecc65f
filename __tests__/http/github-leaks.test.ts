import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import '@/club-app'
import { githubLeaksRoute } from '@/http/github-leaks-route'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { useServer } from '../support/server'

const PATH = '/api/secret-scanning/github'
const pair = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve })
const [CURRENT, OLD, OTHER_CURVE, STRANGER] = [pair('P-256'), pair('P-256'), pair('P-384'), pair('P-256')]
const pem = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ type: 'spki', format: 'pem' })
/** The example of GitHub's documentation, with the key that was GitHub's then. */
const EXAMPLE = {
  id: 'bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c',
  key: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd
AjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==
-----END PUBLIC KEY-----
`,
  signature:
    'MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==',
  body: '[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]',
}
const listed = [
  { key_identifier: EXAMPLE.id, key: EXAMPLE.key, is_current: true },
  { key_identifier: 'retired', key: EXAMPLE.key, is_current: false },
  { key_identifier: 'current', key: pem(CURRENT), is_current: true },
  { key_identifier: 'old', key: pem(OLD), is_current: false },
  { key_identifier: 'other-curve', key: pem(OTHER_CURVE), is_current: true },
]

const database = useDatabase()
const server = useServer(database.url, {
  env: {
    TRUSTED_PROXIES: '127.0.0.1/32',
    GITHUB_SECRET_SCANNING_KEYS: JSON.stringify({ public_keys: listed }),
  },
})

let clubs: Awaited<ReturnType<typeof twoClubs>>
beforeAll(async () => {
  clubs = await twoClubs()
})

type Given = {
  by?: { privateKey: KeyObject }
  id?: string
  signature?: string
  headers?: Record<string, string>
  /** What is sent, where it is not what was signed. */
  sent?: Buffer
}
let from = 0
function send(
  body: string | Buffer,
  { by = CURRENT, id = 'current', sent, ...given }: Given = {},
): Promise<RawResponse> {
  const bytes = Buffer.from(body)
  const signature = given.signature ?? sign('sha256', bytes, by.privateKey).toString('base64')
  const headers = {
    'x-forwarded-for': `198.51.100.${from++ % 250}`,
    'content-type': 'application/json',
    'github-public-key-identifier': id,
    'github-public-key-signature': signature,
    ...given.headers,
  }
  return server().send({ method: 'POST', path: PATH, headers: Object.entries(headers), body: sent ?? bytes })
}
const URL = 'https://github.com/octocat/hello/blob/main/a.txt'
const alert = (token: string) => ({ token, type: 'clubkeys_api_key', url: URL, source: 'commit' })
const report = (tokens: string[], given?: Given) => send(JSON.stringify(tokens.map(alert)), given)
const label = (token: string, label: string) => ({
  token_hash: createHash('sha256').update(token).digest('hex'),
  token_type: 'clubkeys_api_key',
  label,
})
const whoami = async (token: string) => (await server().call('GET', '/api/v1/whoami', token)).status
const leaksOf = (key: TestKey) =>
  db().auditEvent.findMany({ where: { targetId: key.id, action: 'api-key.leaked' } })
const everything = async () => ({
  keys: await db().apiKey.findMany({ orderBy: { id: 'asc' } }),
  audit: await db().auditEvent.count(),
})

describe('POST secret-scanning/github, signed', () => {
  it('ends the keys of the tokens that were found, says by whom and where, and labels each', async () => {
    const [one, two] = [await makeKey(clubs.home.coach), await makeKey(clubs.rival.coach)]
    const unknown = mintToken().secret.reveal()
    const answer = await report([one.token, unknown, two.token])
    expect([answer.status, answer.json()]).toEqual([
      200,
      [
        label(one.token, 'true_positive'),
        label(unknown, 'false_positive'),
        label(two.token, 'true_positive'),
      ],
    ])
    for (const key of [one, two]) {
      expect(await whoami(key.token)).toBe(401)
      expect(await leaksOf(key)).toMatchObject([
        {
          actorKind: 'system',
          actorLabel: 'GitHub',
          changes: { source: { to: 'GitHub (commit)' }, url: { to: URL } },
        },
      ])
    }
  })

  it('a replay is accepted, answered alike, and changes nothing', async () => {
    const key = await makeKey(clubs.home.coach)
    const body = JSON.stringify([alert(key.token)])
    const signature = sign('sha256', Buffer.from(body), CURRENT.privateKey).toString('base64')
    const first = await send(body, { signature })
    const before = await everything()
    const again = await send(body, { signature })
    expect([again.status, again.body]).toEqual([200, first.body])
    expect(await everything()).toEqual(before)
  })

  it('GitHub’s own example is taken, and not with a bit flipped, nor under the name of a retired key', async () => {
    const { id, signature, body } = EXAMPLE
    const answer = await send(body, { id, signature })
    const hash = createHash('sha256').update('some_token').digest('hex')
    expect([answer.status, answer.json()]).toEqual([
      200,
      [{ token_hash: hash, token_type: 'some_type', label: 'false_positive' }],
    ])
    expect((await send(body.replace('commit', 'commiu'), { id, signature })).status).toBe(403)
    expect((await send(body, { id: 'retired', signature })).status).toBe(403)
  })

  it('an empty list, and fields that GitHub may add, are fine', async () => {
    expect((await send('[]')).json()).toEqual([])
    const more = JSON.stringify([{ token: 'x', type: 't', confidence: 'high', url: '' }])
    expect((await send(more)).json()).toMatchObject([{ label: 'false_positive', token_type: 't' }])
  })

  it.each([
    ['no JSON', 'hello', 422],
    ['no list', '{"token":"x","type":"t"}', 422],
    ['an entry without a token', '[{"type":"t"}]', 422],
    ['an empty body', '', 422],
    ['too large a body', JSON.stringify([alert('x'.repeat(66_000))]), 413],
  ])('refuses %s', async (_, body, status) => {
    expect((await send(body)).status).toBe(status)
  })
})

describe('POST secret-scanning/github, badly signed', () => {
  const flipped = (text: string, at: number) => {
    const bytes = Buffer.from(text)
    bytes[at]! ^= 1
    return bytes
  }

  it.each<[string, (body: string) => Given]>([
    ['one bit of the body is another', (body) => ({ sent: flipped(body, 20) })],
    ['one bit of the signature is another', (body) => ({ signature: flippedSignature(body) })],
    ['a blank was added', (body) => ({ sent: Buffer.from(`${body} `) })],
    ['by a key that is not current any more', () => ({ by: OLD, id: 'old' })],
    ['by a key of another curve', () => ({ by: OTHER_CURVE, id: 'other-curve' })],
    ['by a stranger under a known identifier', () => ({ by: STRANGER })],
    ['under an identifier that is not listed', () => ({ id: 'unknown' })],
    ['without an identifier', () => ({ id: '' })],
    ['without a signature', () => ({ signature: '' })],
    ['with a signature that is no base64', () => ({ signature: '*'.repeat(96) })],
    ['with a signature of another body', () => ({ signature: sign('sha256', Buffer.from('[]'), CURRENT.privateKey).toString('base64') })], // prettier-ignore
    [
      'with two signatures',
      (body) => ({ signature: `${flippedSignature(body)}, ${flippedSignature(body)}` }),
    ],
  ])('is refused, all alike, and touches nothing: %s', async (_, given) => {
    const key = await makeKey(clubs.home.coach)
    const body = JSON.stringify([alert(key.token)])
    const before = await everything()
    const answer = await send(body, given(body))
    expect([answer.status, answer.json().code, answer.json().detail]).toEqual([
      403,
      'forbidden',
      'Only GitHub reports here: the body does not bear its signature.',
    ])
    expect(await everything()).toEqual(before)
    expect(await whoami(key.token)).toBe(200)
  })

  /** DER ends with the number s: its last bit. */
  function flippedSignature(body: string): string {
    const bytes = sign('sha256', Buffer.from(body), CURRENT.privateKey)
    bytes[bytes.length - 1]! ^= 1
    return bytes.toString('base64')
  }

  it('G15: is counted against its address; GitHub’s own reports from there go on', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.8' }
    const seen = new Set<number>()
    for (let n = 0; n < 62; n++) seen.add((await report(['x'], { by: STRANGER, headers })).status)
    expect([...seen]).toEqual([403, 429])
    expect((await report(['x'], { headers })).status).toBe(200)
  })
})

it('without GITHUB_SECRET_SCANNING_KEYS nothing is there, signed or not', async () => {
  const body = '[]'
  const signature = sign('sha256', Buffer.from(body), CURRENT.privateKey).toString('base64')
  const headers = { 'github-public-key-identifier': 'current', 'github-public-key-signature': signature }
  const request = new Request(`http://localhost:3000${PATH}`, { method: 'POST', body, headers })
  const answer = await githubLeaksRoute(request, { params: Promise.resolve({}) })
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }])
})

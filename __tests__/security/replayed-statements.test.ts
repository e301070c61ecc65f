import { setTimeout as sleep } from 'node:timers/promises'
import { CONTEXT_HEADER } from '@/http/headers'
import { db } from '@/lib/db/client'
import { useDatabase } from '../support/club'
import { bearer, setScene, type Scene } from '../support/forgery'
import { useOtherApp } from '../support/other-app'
import type { Server } from '../support/server'
import { countLookups } from '../support/lookups'

// Without a cache every verification asks the database: a lookup proves that the handler verified for itself,
// none that it believed the statement. And without the hook's stripping, so that a statement gets as far as
// the handler at all.
const NO_CACHE = { API_KEY_CACHE_SIZE: '0', UNDO_STRIPPING: 'yes' }

const database = useDatabase()
const app = useOtherApp(database.url, NO_CACHE)
const listening = useOtherApp(database.url, { UNDO_STRIPPING: 'yes' })
const sameBuild = useOtherApp(database.url, NO_CACHE)
let scene: Scene
let asked = 0
beforeEach(async () => {
  scene = await setScene()
})

/** What the middleware told a handler, as only a leak could tell a client. */
async function genuineStatement(
  token: string,
  { on = app(), method = 'GET', path = '/api/echo' } = {},
): Promise<string> {
  const answer = await on.send({ method, path, headers: bearer(token) })
  return (answer.json().received as Record<string, string>)[CONTEXT_HEADER]!
}

type Replay = { statement: string | string[]; token?: string; on?: Server; method?: string; path?: string }

/**
 * Replays past the door: `/api/echo` without the middleware, which any client can have here by calling itself
 * a prefetch.
 * @returns whom the handler took the sender for, and by how many lookups
 */
async function replay({ statement, token, on = app(), method = 'GET', path = '/api/echo' }: Replay) {
  asked++
  const statements = [statement].flat().map((text): [string, string] => [CONTEXT_HEADER, text])
  const headers: [string, string][] = [
    ['Purpose', 'prefetch'],
    ...statements,
    ...(token ? bearer(token) : []),
  ]
  let answer!: Awaited<ReturnType<Server['send']>>
  const lookups = await countLookups(
    database.directUrl(),
    async () => (answer = await on.send({ method, path, headers })),
  )
  const { clubId, userId, code, received } = answer.json() as Record<string, unknown>
  // The proof that the door was not in the way: what was sent arrived.
  if (received)
    expect((received as Record<string, string>)[CONTEXT_HEADER]).toBe([statement].flat().join(', '))
  return { taken: clubId === undefined ? { code } : { clubId, userId }, lookups }
}

const identity = ({ clubId, userId }: { clubId: string; userId: string }) => ({ clubId, userId })

describe('G2: a statement of the middleware, replayed', () => {
  it('saves a lookup on the very request it was made for: the yardstick for the rest', async () => {
    const statement = await genuineStatement(scene.caller.token)
    expect(await replay({ statement, token: scene.caller.token })).toEqual({
      taken: identity(scene.caller),
      lookups: 0,
    })
  })

  it('is nothing without its credential', async () => {
    const statement = await genuineStatement(scene.victim.token)
    expect(await replay({ statement })).toEqual({ taken: { code: 'missing_credentials' }, lookups: 0 })
    expect(await replay({ statement, path: '/outside' })).toEqual({
      taken: { code: 'missing_credentials' },
      lookups: 0,
    })
    expect(await replay({ statement, token: 'sk_club_mistyped' })).toEqual({
      taken: { code: 'invalid_token' },
      lookups: 0,
    })
    expect(await replay({ statement, token: 'another-format' })).toEqual({
      taken: { code: 'invalid_token' },
      lookups: 1,
    })
  })

  it('gives its identity to no other key', async () => {
    const statement = await genuineStatement(scene.victim.token)
    expect(await replay({ statement, token: scene.caller.token })).toEqual({
      taken: identity(scene.caller),
      lookups: 1,
    })
  })

  it.each<[string, Partial<Replay>]>([
    ['with another method', { method: 'POST' }],
    ['on another path', { path: '/api/auth/echo' }],
    ['on a path that the door never sees', { path: '/outside' }],
  ])('%s, is not believed', async (_, elsewhere) => {
    const statement = await genuineStatement(scene.caller.token)
    expect(await replay({ statement, token: scene.caller.token, ...elsewhere })).toEqual({
      taken: identity(scene.caller),
      lookups: 1,
    })
  })

  it('is not believed by another process of the same build', async () => {
    const statement = await genuineStatement(scene.caller.token)
    expect(await replay({ statement, token: scene.caller.token, on: sameBuild() })).toEqual({
      taken: identity(scene.caller),
      lookups: 1,
    })
  })

  it('dies after five seconds', async () => {
    const statement = await genuineStatement(scene.caller.token)
    await sleep(5_050)
    expect(await replay({ statement, token: scene.caller.token })).toEqual({
      taken: identity(scene.caller),
      lookups: 1,
    })
  })

  it('dies with its key, at once', async () => {
    const { token, keyId } = scene.caller
    const statement = await genuineStatement(token)
    expect((await app().call('POST', `/api/v1/api-keys/${keyId}/revoke`, token)).status).toBe(200)
    expect(await replay({ statement, token })).toEqual({ taken: { code: 'invalid_token' }, lookups: 1 })
  })

  it('dies with its key, whoever revokes it', async () => {
    const { token, keyId } = scene.caller
    const statement = await genuineStatement(token, { on: listening() })
    await db().apiKey.update({ where: { id: keyId }, data: { revokedAt: new Date() } })
    // Well before the statement would die by itself.
    const deadline = Date.now() + 2_000
    let { taken } = await replay({ statement, token, on: listening() })
    while (!('code' in taken) && Date.now() < deadline)
      ({ taken } = await replay({ statement, token, on: listening() }))
    expect(taken).toEqual({ code: 'invalid_token' })
  })

  it('is not believed with one bit flipped anywhere', async () => {
    const { token } = scene.caller
    const statement = await genuineStatement(token)
    const dot = statement.indexOf('.')
    const places = {
      start: 0,
      'near the start': Math.floor(dot / 8),
      middle: Math.floor(dot / 2),
      'end of text': dot - 1,
      signature: dot + 1,
      end: statement.length - 1,
    }
    for (const [place, at] of Object.entries(places)) {
      const flipped = statement.slice(0, at) + flipBit(statement.charAt(at)) + statement.slice(at + 1)
      expect([place, await replay({ statement: flipped, token })]).toEqual([
        place,
        { taken: identity(scene.caller), lookups: 1 },
      ])
    }
  })

  it('is not believed cut short, doubled, padded or rearranged', async () => {
    const { token } = scene.caller
    const statement = await genuineStatement(token)
    const [text = '', signature = ''] = statement.split('.')
    const another = await genuineStatement(token)
    const forms = {
      'cut by one': statement.slice(0, -1),
      'without its signature': `${text}.`,
      'without its dot': text + signature,
      'its text alone': text,
      'its signature alone': `.${signature}`,
      'signature first': `${signature}.${text}`,
      'another one’s signature': `${text}.${another.split('.')[1]}`,
      'the signature twice': `${statement}.${signature}`,
      'doubled in one line': `${statement}, ${statement}`,
      'doubled in two lines': [statement, statement],
      'with padding': `${statement}=`,
      'with a space in it': `${text}. ${signature}`,
      'in capitals': statement.toUpperCase(),
      'an empty one before it': ['', statement],
      empty: '',
    }
    for (const [form, changed] of Object.entries(forms)) {
      expect([form, await replay({ statement: changed, token })]).toEqual([
        form,
        { taken: identity(scene.caller), lookups: 1 },
      ])
    }
  })

  it('is replaced where there is a door, whatever it is worth', async () => {
    const stolen = await genuineStatement(scene.victim.token)
    const headers: [string, string][] = [[CONTEXT_HEADER, stolen], ...bearer(scene.caller.token)]
    const inside = (await app().send({ path: '/api/echo', headers })).json()
    expect(inside).toMatchObject(identity(scene.caller))
    expect((inside.received as Record<string, string>)[CONTEXT_HEADER]).not.toBe(stolen)
    const stripped = (await app().send({ path: '/inside', headers })).json()
    expect(stripped).toMatchObject(identity(scene.caller))
    expect(stripped.received).not.toHaveProperty(CONTEXT_HEADER)
  })

  it('was replayed in every way there is', () => {
    expect(asked).toBeGreaterThanOrEqual(30)
  })
})

/** The neighbour in the base64url alphabet that differs in the lowest bit alone. */
function flipBit(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet.charAt(alphabet.indexOf(character) ^ 1)
}

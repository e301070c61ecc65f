import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { inspect } from 'node:util'
import { ApiError, createClient, NoAnswer, UnexpectedAnswer, type ClientOptions } from '@/client'
import { json, loseConnection, problem, saysNothing, useFarEnd } from '../support/far-end'

const far = useFarEnd()
const open = (more: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: far.url(), key: 'a-key', ...more })
const AT_ONCE = { 'retry-after': '0' }
const WHO = { club: { slug: 'harriers' } }
const KEY = { name: 'ci', scopes: ['practices:read' as const] }
const create = (client = open()) => client.POST('/api/v1/api-keys', { body: KEY })
const names = () => far.asked.map(({ headers }) => headers['idempotency-key'])

it('sends the key as bearer alone, asking for it anew at each call', async () => {
  far.next(json(WHO), json(WHO))
  let calls = 0
  const client = open({ key: async () => `key-${++calls}` })
  const { data, error } = await client.GET('/api/v1/whoami')
  expect([data?.club.slug, error]).toEqual(['harriers', undefined])
  await client.GET('/api/v1/whoami')
  expect(far.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-1', 'Bearer key-2'])
  expect(far.asked[0]?.headers).not.toHaveProperty('x-api-key')
})

it('gives a refusal as a problem that its code tells apart', async () => {
  far.next(problem('insufficient_scope', 403))
  const { data, error, response } = await create()
  expect(data).toBeUndefined()
  expect(response.status).toBe(403)
  // The compiler knows the codes of this operation.
  if (error?.code === 'insufficient_scope') expect(error.detail).toBe('refused: insufficient_scope')
  else throw new Error(`${error?.code}`)
})

describe('tries again', () => {
  it.each([
    ['GET', 429],
    ['GET', 503],
    ['DELETE', 503],
    ['PATCH', 429],
  ] as const)('%s after %i, when it is told to', async (method, status) => {
    far.next(problem('x', status, { 'retry-after': '1' }), json(WHO))
    const began = Date.now()
    const call = open()[method] as (at: string, init: object) => Promise<{ response: Response }>
    const { response } = await call('/api/v1/practices/{id}', { params: { path: { id: 'x' } }, ...(method === 'PATCH' && { body: {} }) }) // prettier-ignore
    expect(response.status).toBe(200)
    expect(far.asked).toHaveLength(2)
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000)
  })

  it('a POST under the Idempotency-Key that it made for it, with the same body', async () => {
    far.next(loseConnection, problem('unavailable', 503, AT_ONCE), problem('idempotency_key_in_use', 409, AT_ONCE), json({ key: 'x' }, 201)) // prettier-ignore
    expect((await create()).data).toEqual({ key: 'x' })
    expect(far.asked.map(({ body }) => body)).toEqual(Array(4).fill(JSON.stringify(KEY)))
    expect(new Set(names()).size).toBe(1)
    expect(names()[0]).toMatch(/^[0-9a-f]{32}$/)
    far.next(json({}, 201))
    await create()
    expect(names().at(-1)).not.toBe(names()[0])
  })

  it('keeps the Idempotency-Key of whoever gives one', async () => {
    far.next(json({}, 201))
    await open().POST('/api/v1/api-keys', { body: KEY, headers: { 'Idempotency-Key': 'mine' } })
    expect(names()).toEqual(['mine'])
  })

  it('no PATCH whose answer was lost, since it may have been made', async () => {
    far.next(loseConnection)
    const made = open().PATCH('/api/v1/practices/{id}', { params: { path: { id: 'x' } }, body: {} })
    await expect(made).rejects.toMatchObject({ name: 'NoAnswer', reason: 'offline' })
    far.next(problem('unavailable', 503, AT_ONCE))
    const { error } = await open().PATCH('/api/v1/practices/{id}', {
      params: { path: { id: 'x' } },
      body: {},
    })
    expect(error?.code).toBe('unavailable')
    expect(far.asked).toHaveLength(2)
  })

  it('no other refusal, not for longer than it may wait, and not for ever', async () => {
    far.next(problem('conflict', 409))
    expect((await create()).error?.code).toBe('conflict')
    far.next(problem('rate_limited', 429, { 'retry-after': '31' }))
    expect((await create()).error?.code).toBe('rate_limited')
    far.next(problem('rate_limited', 429, { 'retry-after': new Date(Date.now() + 3600_000).toUTCString() }))
    expect((await create()).error?.code).toBe('rate_limited')
    expect(far.asked).toHaveLength(3)
    far.next(loseConnection, loseConnection, loseConnection, json({}, 201))
    await expect(create(open({ retries: 2 }))).rejects.toBeInstanceOf(NoAnswer)
    expect(far.asked).toHaveLength(6)
  })
})

describe('gives up', () => {
  it('on a server that says nothing, in time, and says so', async () => {
    far.next(saysNothing, saysNothing)
    const asked = open({ timeoutMs: 100, retries: 1 }).GET('/api/v1/whoami')
    await expect(asked).rejects.toMatchObject({ name: 'NoAnswer', reason: 'timeout' })
    expect(far.asked).toHaveLength(2)
  })

  it('at once when its caller does: before, while it is asked and while it waits', async () => {
    const reason = new Error('the page was left')
    const asked = (signal: AbortSignal) => open().GET('/api/v1/whoami', { signal })
    await expect(asked(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(far.asked).toEqual([])
    for (const turn of [saysNothing, problem('unavailable', 503, { 'retry-after': '20' })]) {
      far.next(turn)
      const leave = new AbortController()
      const pending = asked(leave.signal)
      setTimeout(() => leave.abort(reason), 300)
      await expect(pending).rejects.toBe(reason)
    }
  })

  it('on an answer that is not the API’s, good or bad', async () => {
    for (const status of [200, 404, 502]) {
      far.next(
        (response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Hotel</h1>'),
      )
      await expect(open().GET('/api/v1/whoami')).rejects.toBeInstanceOf(UnexpectedAnswer)
    }
  })
})

describe('the key', () => {
  it.each([
    ['a line break', 'sk_club_secret\nsk_club_other'],
    ['quotes of a text editor', '“sk_club_secret”'],
    ['nothing', ''],
    ['a blank', 'sk_club secret'],
  ])('that no header may hold is refused without being told: %s', async (_, key) => {
    const failure = await open({ key: async () => key }).GET('/api/v1/whoami').catch((error: Error) => error) // prettier-ignore
    expect(failure).toBeInstanceOf(TypeError)
    expect(inspect(failure)).not.toContain('secret')
    expect(far.asked).toEqual([])
  })

  it('of a variable that is not set is refused, not sent as the word undefined', async () => {
    const unset = () => undefined as unknown as string
    await expect(open({ key: unset }).GET('/api/v1/whoami')).rejects.toBeInstanceOf(TypeError)
    expect(far.asked).toEqual([])
  })

  it('may end with the line of its file', async () => {
    far.next(json(WHO))
    await open({ key: 'a-key\n' }).GET('/api/v1/whoami')
    expect(far.asked[0]?.headers.authorization).toBe('Bearer a-key')
  })

  it.each([301, 302, 303, 307, 308])(
    'and a body follow no redirect (%i), whatever a call says',
    async (status) => {
      const away = (response: ServerResponse) =>
        void response.writeHead(status, { location: `${far.url()}/elsewhere` }).end()
      far.next(away, json(WHO))
      await expect(open().GET('/api/v1/whoami', { redirect: 'follow' })).rejects.toBeInstanceOf(
        UnexpectedAnswer,
      )
      far.next(away, json({}, 201))
      await expect(create()).rejects.toBeInstanceOf(UnexpectedAnswer)
      expect(far.asked.map(({ path: at }) => at)).toEqual(['/api/v1/whoami', '/api/v1/api-keys'])
    },
  )

  it('is not sent to another place by a platform that follows redirects all the same', async () => {
    const followed = Object.defineProperty(Response.json(WHO), 'redirected', { value: true })
    const client = open({ fetch: () => Promise.resolve(followed) })
    await expect(client.GET('/api/v1/whoami')).rejects.toBeInstanceOf(UnexpectedAnswer)
  })
})

it.each(['', '.', '..'])('an id that means another path is refused: %j', async (id) => {
  const asked = [
    open().POST('/api/v1/api-keys/{id}/rotate', { params: { path: { id } } }),
    open().DELETE('/api/v1/practices/{id}', { params: { path: { id } } }),
  ]
  for (const one of asked) await expect(one).rejects.toBeInstanceOf(TypeError)
  expect(far.asked).toEqual([])
})

describe('rows', () => {
  const page = (ids: string[], nextCursor: string | null) =>
    json({ data: ids.map((id) => ({ id })), nextCursor })

  it('come page after page, each read when it is asked for', async () => {
    far.next(page(['a', 'b'], 'two'), page([], 'three'), page(['c'], null))
    const seen: string[] = []
    for await (const { id } of open().rows('/api/v1/practices', { limit: 2 })) {
      seen.push(id)
      if (id === 'a') expect(far.asked).toHaveLength(1)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(far.asked.map(({ path: at }) => at)).toEqual([
      '/api/v1/practices?limit=2',
      '/api/v1/practices?limit=2&cursor=two',
      '/api/v1/practices?limit=2&cursor=three',
    ])
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['no rows', { nextCursor: 'two' }],
    ['rows that are none', { data: 'ab', nextCursor: 'two' }],
    ['no word about the next', { data: [] }],
    ['a next that is no text', { data: [], nextCursor: 2 }],
    ['the same next again', { data: [], nextCursor: 'one' }],
  ])('end with an answer that is no page, and never go on for ever: %s', async (_, answer) => {
    far.next(page(['a'], 'one'), ...Array.from({ length: 5 }, () => json(answer)))
    const seen: string[] = []
    const all = async () => {
      for await (const { id } of open().rows('/api/v1/practices')) seen.push(id)
    }
    await expect(all()).rejects.toBeInstanceOf(UnexpectedAnswer)
    expect(seen).toEqual(['a'])
    expect(far.asked).toHaveLength(2)
  })

  it('end with the refusal that ended them, which holds its problem', async () => {
    far.next(page(['a'], 'two'), problem('invalid_token', 401))
    const seen: string[] = []
    const all = async () => {
      for await (const { id } of open().rows('/api/v1/practices')) seen.push(id)
    }
    await expect(all()).rejects.toMatchObject({ name: 'ApiError', problem: { code: 'invalid_token' } })
    await expect(all()).rejects.not.toBeInstanceOf(ApiError)
    expect(seen).toEqual(['a'])
  })
})

it('is at most 8 KB, gzipped, with all that it needs, and needs nothing of Node', () => {
  const script = path.join(__dirname, '../support/measure-client.mts')
  const bytes = Number(execFileSync(process.execPath, [script], { encoding: 'utf8' }))
  expect(bytes).toBeGreaterThan(1000)
  expect(bytes).toBeLessThanOrEqual(8 * 1024)
})

it('has the types of this very API: if not, run `npm run -s check`, which makes them anew', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-types-'))
  const run = (...args: string[]) =>
    execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [document, types] = [path.join(folder, 'openapi.json'), path.join(folder, 'api.ts')]
    run('--import', 'tsx', 'scripts/openapi.ts', document)
    run(
      'node_modules/openapi-typescript/bin/cli.js',
      document,
      '--output',
      types,
      '--default-non-nullable=false',
    )
    expect(readFileSync('src/client/generated/api.ts', 'utf8')).toBe(readFileSync(types, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)

import '@/club-app'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { revokeOwnKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { GET } from '../../examples/route-handler/route'
import { changesHeard, makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import { freePort, useServer } from '../support/server'

const EXAMPLES = path.resolve(__dirname, '../../examples')
const run = promisify(execFile)

const database = useDatabase()
const server = useServer(database.url)
const clubkeys = () => `http://127.0.0.1:${server().port}`

let home: Awaited<ReturnType<typeof twoClubs>>['home']
let rival: typeof home
beforeAll(async () => {
  ;({ home, rival } = await twoClubs())
})

describe('the MCP server', () => {
  let process_: ChildProcess
  let origin: string
  beforeAll(async () => {
    const { token } = await makeKey(home.admin, { scopes: ['tokens:introspect'] })
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    const env = { ...process.env, PORT: String(port), CLUBKEYS_URL: clubkeys(), CLUBKEYS_KEY: token }
    process_ = spawn(process.execPath, [`${EXAMPLES}/mcp-server/server.mts`], { env, stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
    await once(process_.stdout!, 'data')
  })
  afterAll(async () => {
    process_.kill()
    await once(process_, 'exit')
  })

  /** As its user calls a tool. */
  const call = (key: TestKey, tool: string) => {
    const env = { ...process.env, MCP_URL: `${origin}/mcp`, CLUBKEYS_KEY: key.token }
    return run(process.execPath, [`${EXAMPLES}/mcp-server/call.mts`, tool], { env })
  }
  const post = (body: unknown, authorization?: string) =>
    fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(authorization && { authorization }),
      },
      body: JSON.stringify(body),
    })
  const toolCall = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

  it('answers a client whose key has the scope of the tool', async () => {
    const key = await makeKey(home.coach, {
      name: 'assistant',
      scopes: ['practices:read', 'practices:write'],
    })
    expect((await call(key, 'next_practice')).stdout).toContain(`${home.slug} trains tomorrow`)
    expect((await call(key, 'cancel_practice')).stdout).toContain('assistant cancelled')
  }, 60_000)

  it('refuses one that lacks it, by the official client and by hand, alone and among other calls', async () => {
    const key = await makeKey(home.coach, { scopes: ['practices:read'] })
    const refused = await call(key, 'cancel_practice').catch(
      (error: { code: number; stderr: string }) => error,
    )
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('lacks practices:write') })
    expect(refused.stderr).not.toMatch(/^ +at /m)
    for (const body of [
      toolCall('cancel_practice'),
      [toolCall('next_practice'), toolCall('cancel_practice')],
    ]) {
      const answer = await post(body, `Bearer ${key.token}`)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        403,
        `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", error="insufficient_scope", scope="practices:write"`,
      ])
    }
  }, 60_000)

  it('refuses who has no key, a revoked one, another club’s, or one from elsewhere, and says where to read about it', async () => {
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`
    const none = await post(toolCall('next_practice'))
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, `Bearer resource_metadata="${metadata}"`]) // prettier-ignore
    expect(await none.json()).toEqual({ status: 401, detail: expect.stringContaining('Send a key') })
    const revoked = await makeKey(home.coach)
    expect((await post(toolCall('next_practice'), `Bearer ${revoked.token}`)).status).toBe(200)
    await revokeOwnKey(revoked.actor)
    await changesHeard()
    const elsewhere = await makeKey(home.coach, { allowedCidrs: ['203.0.113.0/24'] })
    for (const { token } of [revoked, rival.keys.coach, elsewhere]) {
      const answer = await post(toolCall('next_practice'), `Bearer ${token}`)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        `Bearer resource_metadata="${metadata}", error="invalid_token"`,
      ])
    }
    expect(await (await fetch(metadata)).json()).toMatchObject({ resource: `${origin}/mcp` })
    const here = await makeKey(home.coach, { allowedCidrs: ['127.0.0.1'] })
    expect((await post(toolCall('next_practice'), `Bearer ${here.token}`)).status).toBe(200)
  })

  /** What it says when it cannot start. */
  const startWith = async (env: Record<string, string>) => {
    const args = [`${EXAMPLES}/mcp-server/server.mts`]
    const given = { ...process.env, PORT: String(await freePort()), CLUBKEYS_URL: clubkeys(), ...env }
    return run(process.execPath, args, { env: given, timeout: 20_000 }).catch((error: unknown) => error)
  }

  it('does not start where it could verify nobody, and says in a line what is missing', async () => {
    const { token } = await makeKey(home.coach, { scopes: ['practices:read'] })
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const refused = expect.objectContaining({ code: 1, stdout: '' })
    const none = { CLUBKEYS_KEY: 'sk_club_not-a-key' }
    const told = async (env: Record<string, string>) => {
      const ended = await startWith(env)
      expect(ended).toEqual(refused)
      return (ended as { stderr: string }).stderr
    }
    expect(await told({ CLUBKEYS_KEY: token })).toMatch(/answered 403\. .*tokens:introspect.*CLUB_ADMIN/)
    expect(await told(none)).toMatch(/answered 401\. ./)
    expect(await told({ CLUBKEYS_KEY: '' })).toMatch(/answered 40[01]\. ./)
    expect(await told({ ...none, CLUBKEYS_URL: nowhere })).toBe(
      `Nobody answers at CLUBKEYS_URL, ${nowhere}.\n`,
    )
  }, 60_000)
})

describe('the GitHub workflow', () => {
  /** The shell of its steps, as the runner reads it. */
  const steps = readFileSync(`${EXAMPLES}/github-actions/publish-practice.yml`, 'utf8')
    .split(/^ +run: \|\n/m)
    .slice(1)
    .map((rest) => rest.split(/\n(?=\n? {0,8}\S)/)[0]!)
  const runAll = async (token: string) => {
    const env = { ...process.env, CLUBKEYS_URL: clubkeys(), CLUBKEYS_KEY: token }
    for (const step of steps)
      await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step], { env })
  }

  it('publishes a practice, once even if it runs again', async () => {
    expect(steps).toHaveLength(2)
    const { token } = await makeKey(home.coach, { scopes: ['practices:read', 'practices:write'] })
    await runAll(token)
    await runAll(token)
    const published = await db().practice.findMany({
      where: { clubId: home.clubId, title: 'Interval training' },
    })
    expect(published).toMatchObject([{ status: 'PUBLISHED', createdById: home.coach.userId }])
  }, 60_000)

  it('stops at its first step with a key that is not good', async () => {
    await expect(runAll('sk_club_not-a-key')).rejects.toMatchObject({ code: 22 })
  })
})

describe('the route handler', () => {
  const greet = (headers: Record<string, string>) =>
    GET(new Request('http://localhost:3000/api/v1/greeting', { headers }))

  it('knows its caller, and refuses who has no key, or one without the right', async () => {
    const key = await makeKey(home.coach, { scopes: ['practices:read'] })
    const answer = await greet({ authorization: `Bearer ${key.token}` })
    expect(await answer.json()).toEqual({
      hello: home.coach.userId,
      club: home.clubId,
      scopes: ['practices:read'],
    })
    expect((await greet({})).status).toBe(401)
    const other = await makeKey(home.coach, { scopes: ['members:read'] })
    expect((await greet({ authorization: `Bearer ${other.token}` })).status).toBe(403)
    expect((await greet({ 'x-api-key-user-id': home.coach.userId })).status).toBe(401)
  })
})

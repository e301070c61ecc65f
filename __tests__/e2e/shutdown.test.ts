import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { buildOtherApp, OTHER_APP } from '../support/other-app'
import { requestBytes } from '../support/raw-http'
import { relayTo } from '../support/relay'
import { startServer } from '../support/server'

const database = useDatabase()

async function setup(databaseUrl = database.url(), options: Partial<Parameters<typeof startServer>[0]> = {}) {
  const owner = await makeMember((await makeClub()).id, ['COACH'])
  const key = await makeKey(owner)
  const server = await startServer({ databaseUrl, ...options })
  const calls = async (count: number) => {
    for (let i = 0; i < count; i++)
      expect((await server.call('GET', '/api/v1/whoami', key.token)).status).toBe(200)
  }
  const counted = async () =>
    (await db().apiKeyUsage.aggregate({ where: { apiKeyId: key.id }, _sum: { requests: true } }))._sum
      .requests ?? 0
  return { server, key, calls, counted }
}

describe('usage counts at the end of a process', () => {
  it('are complete after a clean shutdown', async () => {
    const { server, calls, counted } = await setup()
    await calls(40)
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    expect(await counted()).toBe(40)
  })

  it('lose at most the last second of them to kill -9', async () => {
    const { server, calls, counted } = await setup()
    await calls(30)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    const started = Date.now()
    await calls(10)
    const gone = once(server.process, 'exit')
    server.process.kill('SIGKILL')
    await gone
    expect(Date.now() - started).toBeLessThan(5_000)
    expect(await counted()).toBeGreaterThanOrEqual(30)
    expect(await counted()).toBeLessThanOrEqual(40)
  })
})

describe('a process that the framework alone would end', () => {
  beforeAll(buildOtherApp, 180_000)
  it.each(['start', 'standalone'] as const)('writes its uses by default: %s', async (mode) => {
    const options = {
      mode,
      env: { NEXT_MANUAL_SIG_HANDLE: '' },
      ...(mode === 'standalone' && { folder: OTHER_APP }),
    }
    const { server, calls, counted } = await setup(database.url(), options)
    await calls(40)
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    expect(await counted()).toBe(40)
  })
})

it('for LAME_DUCK_SECONDS readiness sends load balancers elsewhere, and all is served as before', async () => {
  const { server, calls, counted } = await setup(database.url(), { env: { LAME_DUCK_SECONDS: '3' } })
  expect((await server.call('GET', '/api/health/ready')).status).toBe(200)
  const gone = once(server.process, 'exit')
  const asked = Date.now()
  server.process.kill('SIGTERM')
  await sleep(200)
  const ready = await server.call('GET', '/api/health/ready')
  expect([ready.status, ready.json()]).toEqual([503, { status: 'stopping' }])
  expect((await server.call('GET', '/api/health/live')).status).toBe(200)
  await calls(5)
  // A second signal makes it no faster.
  server.process.kill('SIGTERM')
  await calls(5)
  await gone
  expect(Date.now() - asked).toBeGreaterThanOrEqual(3_000)
  expect(server.process.exitCode).toBe(0)
  expect(await counted()).toBe(10)
})

describe('G7: the end of a process, when asked for', () => {
  it('waits for a request under way and takes no new one', async () => {
    const { server, key } = await setup()
    const body = JSON.stringify({ title: 'under way', startsAt: '2027-01-01T10:00:00Z' })
    const bytes = requestBytes({
      method: 'POST',
      path: '/api/v1/practices',
      headers: [
        ['Authorization', `Bearer ${key.token}`],
        ['Content-Type', 'application/json'],
        ['Connection', 'keep-alive'],
      ],
      body,
    })
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.write(bytes.subarray(0, -10))
    await sleep(300)
    const stopped = server.stop()
    await sleep(800)
    await expect(server.call('GET', '/api/health/live')).rejects.toThrow(/ECONNREFUSED|ECONNRESET/)
    socket.write(bytes.subarray(-10))
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
    await stopped
    expect(server.process.exitCode).toBe(0)
    expect(await db().practice.count({ where: { title: 'under way' } })).toBe(1)
  })

  it('comes within 10 s, whoever keeps a connection busy and although the database says nothing', async () => {
    const relay = await relayTo(database.url())
    try {
      const { server, key } = await setup(relay.url)
      expect((await server.call('GET', '/api/v1/whoami', key.token)).status).toBe(200)
      const stuck = connect(server.port, '127.0.0.1')
      stuck.on('error', () => {})
      stuck.write(
        requestBytes({
          method: 'POST',
          path: '/api/v1/practices',
          headers: [['Content-Length', '100']],
          body: '{',
        }),
      )
      await sleep(200)
      relay.cut()
      const asked = Date.now()
      const gone = once(server.process, 'exit')
      server.process.kill('SIGTERM')
      await gone
      expect(Date.now() - asked).toBeLessThan(10_000)
      expect(server.process.exitCode).toBe(0)
    } finally {
      await relay.close()
    }
  })
})

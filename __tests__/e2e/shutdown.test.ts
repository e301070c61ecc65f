import { once } from 'node:events'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { startServer } from '../support/server'

const database = useDatabase()

async function setup() {
  const owner = await makeMember((await makeClub()).id, ['COACH'])
  const key = await makeKey(owner)
  const server = await startServer({ databaseUrl: database.url() })
  const calls = async (count: number) => {
    for (let i = 0; i < count; i++) expect((await server.call('GET', '/api/v1/whoami', key.token)).status).toBe(200)
  }
  const counted = async () =>
    (await db().apiKeyUsage.aggregate({ where: { apiKeyId: key.id }, _sum: { requests: true } }))._sum.requests ?? 0
  return { server, calls, counted }
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

import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'
import { send } from '../support/raw-http'
import type { Server } from '../support/server'

// Nothing of a host's process is taken over unasked.

const database = useDatabase()
const server = useHostApp(database.url)
const custom = useHostApp(database.url, {}, { custom: true })
const unusable = useHostApp(database.url, { DATABASE_URL: 'mysql://host:secret@db/shop' })
const apart = useHostApp(() => 'file:./host.sqlite', {
  get CLUBKEYS_DATABASE_URL() {
    return database.url()
  },
})
let token: string
beforeAll(async () => {
  token = (await makeKey(await makeMember((await makeClub()).id, ['COACH']))).token
})

it('a stream lives for a minute, on the framework’s server and on one of the host’s own', async () => {
  const events = async ({ port }: Server) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`http://localhost:${port}/shop/api/v1/stream/`, { headers })
    return (await answer.text()).split('\n\n').filter(Boolean).length
  }
  expect(await Promise.all([events(server()), events(custom())])).toEqual([62, 62])
}, 90_000)

it('a WebSocket upgrades', async () => {
  const socket = new WebSocket(`ws://localhost:${custom().port}/socket`)
  const heard = new Promise<string>((resolve, reject) => {
    socket.onopen = () => socket.send('hello')
    socket.onmessage = ({ data }) => resolve(String(data))
    socket.onerror = () => reject(new Error('it did not upgrade'))
  })
  expect(await heard).toBe('heard hello')
  socket.close()
})

it('another server of the process is none of the layer’s where the host says so', async () => {
  const FORGED: [string, string][] = [
    ['X-API-Key-Context', 'made.up'],
    ['X-Auth-Type', 'of its own'],
    ['Cookie', 'its=own'],
  ]
  const side = Number(/side server at (\d+)\./.exec(custom().output())![1])
  const heard = await send(side, { method: 'TRACE', path: '/', headers: FORGED })
  expect(heard.json()).toMatchObject({
    method: 'TRACE',
    headers: { 'x-api-key-context': 'made.up', 'x-auth-type': 'of its own', cookie: 'its=own' },
  })
  // The host's own is still looked at.
  const { received } = (await custom().send({ path: '/shop/untold/echo/', headers: FORGED })).json() as {
    received: Record<string, string>
  }
  for (const name of ['x-api-key-context', 'x-auth-type', 'cookie']) expect(received[name]).toBeUndefined()
})

it('the layer’s tables may be elsewhere than the host’s own', async () => {
  const answer = await apart().send({ path: '/shop/api/v1/trusting/', headers: bearer(token) })
  expect(answer.status).toBe(200)
  expect(apart().output()).not.toContain('do not work here')
})

describe('an environment that the layer cannot use', () => {
  it('ends no process: the host serves, and what needs the layer is 503', async () => {
    expect((await unusable().send({ path: '/shop/page-of-host/' })).status).toBe(200)
    expect((await unusable().send({ path: '/shop/api/other/' })).status).toBe(200)
    for (const path of ['/shop/api/v1/trusting/', '/shop/api/v1/whoami/'])
      expect((await unusable().send({ path, headers: bearer(token) })).status).toBe(503)
    await sleep(100)
    expect(unusable().process.exitCode).toBeNull()
  })

  it('is said once, by name and without its value', () => {
    const lines = unusable()
      .output()
      .split('\n')
      .filter((line) => line.includes('API keys do not work here'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('DATABASE_URL')
    expect(lines[0]).not.toContain('secret')
  })
})

import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { useDatabase } from '../support/club'
import { requestBytes } from '../support/raw-http'
import { useServer, type Server } from '../support/server'

const database = useDatabase()
const usual = useServer(database.url)
const short = useServer(database.url, { env: { KEEP_ALIVE_TIMEOUT: '2' } })

const REQUEST = requestBytes({ path: '/api/health/live', headers: [['Connection', 'keep-alive']] })

/** A connection that has had one answer. */
async function kept(server: Server) {
  const socket = connect(server.port, '127.0.0.1')
  let said = ''
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
  socket.on('error', () => {})
  const ask = async () => {
    said = ''
    socket.write(REQUEST)
    while (!said.includes('"ok"')) await Promise.race([once(socket, 'data'), sleep(1_000)])
    return said
  }
  return { socket, first: await ask(), ask }
}

it('an idle connection is kept for longer than load balancers keep theirs, and says for how long', async () => {
  const { socket, first, ask } = await kept(usual())
  expect(first).toMatch(/^keep-alive: timeout=75\r$/im)
  // Longer than a new connection may take to bring its first request.
  await sleep(13_000)
  expect(await ask()).toMatch(/^HTTP\/1\.1 200 /)
  socket.destroy()
})

it('KEEP_ALIVE_TIMEOUT settles for how long', async () => {
  const { socket, first } = await kept(short())
  expect(first).toMatch(/^keep-alive: timeout=2\r$/im)
  const from = Date.now()
  await once(socket, 'close')
  expect(Date.now() - from).toBeGreaterThan(1_500)
  expect(Date.now() - from).toBeLessThan(8_000)
})

it('but a request that has begun on it has no longer than the first one had', async () => {
  const { socket } = await kept(usual())
  await sleep(1_000)
  const from = Date.now()
  const drip = setInterval(() => socket.write('X'), 1_000)
  socket.write('GET /api/health/live HTTP/1.1\r\nHost: ')
  await once(socket, 'close')
  clearInterval(drip)
  expect(Date.now() - from).toBeLessThan(20_000)
}, 40_000)

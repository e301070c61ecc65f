import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connectLimits, closeLimits } from '@/lib/limits/take'

const PASSWORD = 'open-sesame'

/** Knows no command, and says so as Redis does: with what it was given. */
async function startStranger() {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      for (const command of data
        .toString()
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const [name, ...given] = command.split('\r\n').filter((_, i) => i % 2 === 1)
        socket.write(
          `-ERR unknown command '${name}', with args beginning with: ${given.map((word) => `'${word}'`).join(' ')}\r\n`,
        )
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

it('G1: a Redis that says back what it was told gets no password into the log', async () => {
  const { server, port } = await startStranger()
  process.env.REDIS_URL = `redis://default:${PASSWORD}@127.0.0.1:${port}`
  const said: string[] = []
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0)
  try {
    await connectLimits()
  } finally {
    write.mockRestore()
    closeLimits()
    server.close()
  }
  expect(said.join('')).toContain('unknown command')
  expect(said.join('')).not.toContain(PASSWORD)
})

import { SendFailure } from '@/lib/webhooks/failure'
import { post } from '@/lib/webhooks/send'
import '@/keys'
import { useReceiver } from '../../support/receiver'

process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.0/8'

const receiver = useReceiver()

describe('a receiver', () => {
  const outcome = (patienceMs?: number) =>
    post(new URL(receiver.url()), {}, '{}', patienceMs).then(
      ({ status, body }) => [status, body.length],
      (error: unknown) => (error instanceof SendFailure ? error.kind : error),
    )

  it('that never answers is given up', async () => {
    receiver.behave(() => {})
    expect(await outcome(300)).toBe('timeout')
  })

  it('that drips its answer is given up', async () => {
    receiver.behave((response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(drip))
    })
    expect(await outcome(300)).toBe('timeout')
  })

  it('that answers without end is read to 16 KB', async () => {
    let sent = 0
    receiver.behave((response) => {
      response.writeHead(200)
      const part = Buffer.alloc(64 * 1024, 'x')
      const flood = () => {
        while (!response.destroyed && response.write(part)) sent += part.length
      }
      response.on('drain', flood)
      flood()
    })
    expect(await outcome()).toEqual([200, 16 * 1024])
    expect(sent).toBeLessThan(20 * 1024 * 1024)
  })

  it('that sends interim answers or a head without end is given up', async () => {
    receiver.behave((response) => {
      const flood = setInterval(() => {
        for (let n = 0; n < 500; n++) response.socket?.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
      }, 5)
      response.on('close', () => clearInterval(flood))
    })
    expect(await outcome(5_000)).toBe('answer')
    receiver.behave((response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}`))
    expect(await outcome(5_000)).toBe('answer')
  })

  it('that hangs up, or answers nonsense, is a failure', async () => {
    receiver.behave((response) => void response.socket?.destroy())
    expect(await outcome()).toBe('answer')
    receiver.behave((response) => void response.socket?.end('nonsense\r\n\r\n'))
    expect(await outcome()).toBe('answer')
  })
})

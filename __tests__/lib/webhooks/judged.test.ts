import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { judged } from '@/lib/webhooks/judged'
import { resolveBy } from '@/lib/webhooks/resolve'
import { post } from '@/lib/webhooks/send'
import '@/keys'
import { makeCertificate } from '../../support/certificate'
import { useNameServer } from '../../support/name-server'

process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.0/8'

const answer = (reach: 'public' | 'allowed', text: string) =>
  judged({ status: 500, body: Buffer.from(text), retryAfter: undefined, reach })

it('of what a public receiver answers the beginning is kept, without secrets', () => {
  const { responseBody } = answer('public', `no: whsec_bWFueSBzZWNyZXRz\u0000 ${'x'.repeat(2_000)}`)
  expect(responseBody).toMatch(/^no: \[redacted\] x+$/)
  expect(responseBody).toHaveLength(1_000)
})

it('of what is kept no character is half: the database would refuse it', () => {
  const { responseBody } = answer('public', `${'x'.repeat(999)}😀😀`)
  expect(responseBody).toBe(`${'x'.repeat(999)}😀`)
})

it('G1: nor is a secret kept between whose letters stands what nobody sees, as in UTF-16', () => {
  const parted = (text: string) => [...text].join('\u0000')
  const { responseBody } = answer('public', parted('whsec_bWFueSBzZWNyZXRz sk_club_0123456789abcdef'))
  expect(responseBody).toBe('[redacted] [redacted]')
})

it('of what a network of ours answers nothing is kept', () => {
  expect(answer('allowed', 'the internal page').responseBody).toBeNull()
})

describe('a name with a public address and one of ours', () => {
  const HOST = 'both.example.test'
  const names = useNameServer({ [HOST]: (kind) => (kind === 'A' ? ['127.0.0.1', '8.8.8.8'] : []) })
  const before = getCACertificates('default')
  let server: Server
  beforeAll(async () => {
    const files = makeCertificate(`DNS:${HOST}`)
    const [ca, cert, key] = [files.ca, files.certificate, files.key].map((file) => readFileSync(file, 'utf8'))
    setDefaultCACertificates([...before, ca ?? ''])
    resolveBy([names.address()])
    server = createServer({ cert, key }, (_request, response) => response.end('the internal page'))
    await new Promise<void>((resolve) => server.listen(8443, '127.0.0.1', resolve))
  })
  afterAll(() => {
    setDefaultCACertificates(before)
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })

  it('counts as ours where it leads to ours, so that nothing of the answer is kept', async () => {
    const got = await post(new URL(`https://${HOST}:8443/`), {}, '{}')
    expect(got.body.toString()).toBe('the internal page')
    expect(judged(got).responseBody).toBeNull()
  })
})

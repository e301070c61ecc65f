import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { updateWebhookBody } from '@/contracts/webhook'
import { reachOf } from '@/lib/webhooks/addresses'
import { SendFailure } from '@/lib/webhooks/failure'
import { resolveBy } from '@/lib/webhooks/resolve'
import { post } from '@/lib/webhooks/send'
import { useNameServer } from '../../support/name-server'

// Nothing is allowed here but one address of loopback, and that only to prove that the others are refused for
// what they are, not because nothing can be reached.
process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.77/32'

/** What must never be connected to: everything that listens on this machine, on any of its addresses. */
let trap: Server
let connections = 0
beforeAll(async () => {
  trap = createServer((socket) => {
    connections++
    socket.on('error', () => {}).resume()
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  })
  await new Promise<void>((resolve) => trap.listen(0, '::', resolve))
})
afterAll(() => new Promise((resolve) => trap.close(resolve)))
const port = () => (trap.address() as AddressInfo).port

const names = useNameServer({
  'private.test': (kind) => (kind === 'A' ? ['10.0.0.1'] : []),
  'local.test': (kind) => (kind === 'A' ? ['127.0.0.1'] : ['::1']),
  'local6.test': (kind) => (kind === 'A' ? [] : ['::1']),
  'mapped.test': (kind) => (kind === 'A' ? [] : ['::ffff:7f00:1']),
  // One good address beside a bad one.
  'both.test': (kind) => (kind === 'A' ? ['93.184.215.14', '127.0.0.1'] : []),
  'both6.test': (kind) => (kind === 'A' ? ['93.184.215.14'] : ['::1']),
  // Allowed when it is asked for the first time, and this machine from then on.
  'rebind.test': (kind, n) => (kind === 'A' ? [n === 0 ? '127.0.0.77' : '127.0.0.1'] : []),
  'allowed.test': (kind) => (kind === 'A' ? ['127.0.0.77'] : []),
})
beforeAll(() => resolveBy([names.address()]))
beforeEach(() => void (connections = 0))

const outcome = (url: string) =>
  post(new URL(url), {}, '{}').then(
    ({ status }) => `answered ${status}`,
    (error: unknown) => (error instanceof SendFailure ? error.kind : String(error)),
  )

const REFUSED = [
  // this host, private, link-local, carrier-grade NAT
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254', '127.0.0.1'],
  ...['127.0.0.2', '127.255.255.254', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  // metadata of clouds
  ...[
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[fd00:ec2::254]',
  ],
  // protocols, documentation, benchmarks, multicast, reserved
  ...['192.0.0.1', '192.0.2.1', '198.51.100.7', '203.0.113.7', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  // other spellings of 127.0.0.1
  ...[
    '2130706433',
    '0x7f000001',
    '017700000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
  ],
  ...['0x7f.1', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
  // IPv6: this host, local, site-local, multicast, documentation, discard
  ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fc00::1]', '[fdff::1]'],
  ...['[ff02::1]', '[ff0e::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]', '[5f00::1]', '[4000::1]'],
  // IPv4 within IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP
  ...[
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:93.184.215.14]',
    '[::127.0.0.1]',
  ],
  ...['[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::5db8:d70e]', '[64:ff9b:1::a00:1]'],
  ...['[2002:7f00:1::]', '[2002:a00:1::1]', '[2001:0:7f00:1::]', '[2001::1]', '[2001:2::1]', '[2001:10::1]'],
  ...['[fe80::5efe:127.0.0.1]'],
  // names
  ...['localhost', 'localhost.', 'private.test', 'local.test', 'local6.test', 'mapped.test'],
  ...['both.test', 'both6.test'],
]

it('is a table of many', () => expect(new Set(REFUSED).size).toBeGreaterThanOrEqual(60))

it.each(REFUSED)('nothing is sent to %s', async (host) => {
  for (const url of [`https://${host}/`, `https://${host}:${port()}/`, `http://${host}:${port()}/`])
    expect([url, await outcome(url)]).toEqual([url, 'address'])
  expect(connections).toBe(0)
})

it('nothing is sent to an address of this machine’s own, public as it may be', () => {
  const own = Object.values(networkInterfaces()).flatMap((of) => of ?? [])
  expect(own.length).toBeGreaterThan(0)
  for (const { address } of own) expect([address, reachOf(address)]).toEqual([address, null])
})

it.each(['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e', '99.255.255.255'])(
  'others are public: %s',
  (address) => expect(reachOf(address)).toBe('public'),
)

it.each(['', 'x', '127.1', '::1%lo', 'fe80::1%eth0', '1.2.3.4/8'])('what is no address is none: %s', (text) =>
  expect(reachOf(text)).toBeNull(),
)

it('public addresses are reached by https alone, on the ports of web servers', async () => {
  for (const url of ['http://93.184.215.14/', 'https://93.184.215.14:22/', 'https://93.184.215.14:5432/'])
    expect(await outcome(url)).toBe('address')
})

describe('what the operator allows', () => {
  it('is reached, by http too, on any port, and by name', async () => {
    expect(await outcome(`http://127.0.0.77:${port()}/`)).toBe('answered 200')
    expect(await outcome(`http://allowed.test:${port()}/`)).toBe('answered 200')
    expect(connections).toBe(2)
  })

  it('is no more than that', async () => {
    for (const host of ['127.0.0.76', '127.0.0.78', '[::ffff:127.0.0.77]'])
      expect(await outcome(`http://${host}:${port()}/`)).toBe('address')
    expect(connections).toBe(0)
  })

  it('a name is asked for once for each attempt: where it leads a moment later does not count', async () => {
    names.asked.length = 0
    expect(await outcome(`http://rebind.test:${port()}/`)).toBe('answered 200')
    expect(names.asked.filter((one) => one === 'rebind.test A')).toHaveLength(1)
    expect(await outcome(`http://rebind.test:${port()}/`)).toBe('address')
    expect(connections).toBe(1)
  })

  it('needs no proxy, whatever the environment says', async () => {
    const proxies = [
      'HTTP_PROXY',
      'HTTPS_PROXY',
      'http_proxy',
      'https_proxy',
      'ALL_PROXY',
      'NODE_USE_ENV_PROXY',
    ]
    for (const name of proxies) process.env[name] = name.startsWith('NODE') ? '1' : 'http://127.0.0.1:1'
    expect(await outcome(`http://127.0.0.77:${port()}/`)).toBe('answered 200')
    for (const name of proxies) delete process.env[name]
  })
})

it('a name that does not exist, and one whose server is silent, are failures of their own', async () => {
  expect(await outcome('https://nowhere.test/')).toBe('dns')
})

it.each([
  'ftp://example.org/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'example.org/hooks',
  '//example.org/',
  'https://',
  'https://user:pass@example.org/',
  'https://user@example.org/',
  'https://@example.org/',
  'https:///user:pass@example.org/',
  'https:////example.org/',
  'https://example.org/#part',
  'https://example.org/#',
  'https:\\\\example.org\\',
  'https://exa mple.org/',
  ' https://example.org/',
  'https://example.org/\n',
  'https://ex\tample.org/',
  'https://example.org:99999/',
  `https://example.org/${'x'.repeat(2048)}`,
])('an endpoint cannot have the address %j', (url) => {
  expect(updateWebhookBody.safeParse({ url }).success).toBe(false)
})

it.each([
  ['https://Example.ORG/Hooks?a=1', 'https://example.org/Hooks?a=1'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ['http://10.0.0.7:8080/hooks', 'http://10.0.0.7:8080/hooks'],
  ['https://0x7f.1/', 'https://127.0.0.1/'],
])('an address is kept as it is understood: %s', (url, kept) => {
  expect(updateWebhookBody.parse({ url }).url).toBe(kept)
})

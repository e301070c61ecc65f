import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Counters } from '@/lib/limits/counters'
import type { Limit } from '@/lib/limits/limit'
import { parseRedisUrl } from '@/lib/limits/redis-address'
import { RedisCounters } from '@/lib/limits/redis-counters'
import { slotOf } from '@/lib/limits/slots'
import { eventually, runRedis, startRedisCluster, startSentinel } from '../../support/redis-kinds'
import { makeCertificate } from '../../support/certificate'
import { freePort } from '../../support/server'

const { ca, certificate, key } = makeCertificate()
process.env.REDIS_CA_FILE = ca

/** A busy machine must not look like an outage. */
const PATIENCE_MS = 4_000

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** As one process has it. */
function open(url: string): RedisCounters {
  const counters = new RedisCounters(parseRedisUrl(url)!, new Counters(), PATIENCE_MS)
  ends.push(() => counters.close())
  return counters
}

/** Two processes that count. */
async function two(url: string): Promise<[RedisCounters, RedisCounters]> {
  const both: [RedisCounters, RedisCounters] = [open(url), open(url)]
  for (const counters of both) expect(await counters.counting).toBe(true)
  return both
}

/**
 * What a request with a key meets: that of the key, of its club and, with `changes`, of its owner's changes.
 */
function limits({ limit = 20, changes = 0 } = {}): Limit[] {
  const [id, clubId, userId] = [randomUUID(), randomUUID(), randomUUID()]
  const club: Limit[] = [
    { name: 'key', id, slot: clubId, limit, windowSeconds: 60 },
    { name: 'club', id: clubId, limit: 1_000, windowSeconds: 60 },
  ]
  return changes ? [...club, { name: 'changes', id: userId, limit: changes, windowSeconds: 60 }] : club
}

/** How many of `calls` at once pass, half of them in each process. */
async function pass(processes: readonly RedisCounters[], met: Limit[], calls = 200): Promise<number> {
  const take = async (i: number) => processes[i % processes.length]!.take(met)
  return (await Promise.all(Array.from({ length: calls }, (_, i) => take(i)))).filter(
    ({ allowed }) => allowed,
  ).length
}

/** In many slots, since a club's name decides its slot. */
async function expectExact(processes: readonly RedisCounters[]): Promise<void> {
  for (let i = 0; i < 6; i++) expect(await pass(processes, limits())).toBe(20)
}

describe('G10: exactly 20 of 200 calls at once pass a limit of 20, across two processes', () => {
  it('with one server', async () => {
    const server = await runRedis()
    ends.push(server.stop)
    const both = await two(`redis://127.0.0.1:${server.port}`)
    await expectExact(both)
    expect(await both[0].probe()).toBe(true)
  })

  it('with a cluster, whichever of its nodes REDIS_URL names', async () => {
    const cluster = await startRedisCluster()
    ends.push(cluster.stop)
    for (const node of cluster.nodes) {
      const both = await two(`redis://127.0.0.1:${node.port}`)
      await expectExact(both)
      expect(await both[0].probe()).toBe(true)
    }
    const urls = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(',')
    await expectExact(await two(urls))
  }, 60_000)

  it('in a cluster, under all limits or under none, although they lie on several nodes', async () => {
    const cluster = await startRedisCluster()
    ends.push(cluster.stop)
    const both = await two(`redis://127.0.0.1:${cluster.nodes[0]!.port}`)
    for (let i = 0; i < 6; i++) {
      const met = limits({ limit: 20, changes: 5 })
      expect(await pass(both, met, 50)).toBe(5)
      // What was counted for the key in vain is given back.
      await sleep(100)
      expect(await pass(both, met.slice(0, 2), 50)).toBe(15)
    }
  }, 60_000)

  it('with Sentinels, and on the new master after a failover', async () => {
    const sentinel = await startSentinel()
    ends.push(sentinel.stop)
    const both = await two(`redis+sentinel://127.0.0.1:${sentinel.port}/main`)
    await expectExact(both)
    await sentinel.master.stop()
    await eventually(async () => (await both[0].probe()) && (await both[1].probe()))
    await expectExact(both)
  }, 60_000)

  it('with TLS, an authority of its own, and an account that may do no more than it must', async () => {
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', ca]
    const port = String(20_000 + (process.pid % 20_000))
    const rights = 'on >p%40ss ~clubkeys:* +evalsha +eval +time +hmget +hset +hget +hincrby +pexpire'
    const account = ['--user', 'counter', ...rights.replace('%40', '@').split(' ')]
    const settings = ['--tls-port', port, '--tls-auth-clients', 'no', ...files, ...account]
    const server = await runRedis(settings, { tls: { ca: readFileSync(ca) } }, Number(port))
    ends.push(server.stop)
    await expectExact(await two(`rediss://counter:p%40ss@127.0.0.1:${port}`))
  })
})

describe('G10: each process counts for itself, and the probe says so', () => {
  const alone = async (url: string) => {
    const both = [open(url), open(url)] as const
    await sleep(500)
    expect([await both[0].probe(), await both[1].probe()]).toEqual([false, false])
    expect(await pass([both[0]], limits())).toBe(20)
  }

  it('where a replica answers', async () => {
    const master = await runRedis()
    const replica = await runRedis(['--replicaof', '127.0.0.1', String(master.port)])
    ends.push(master.stop, replica.stop)
    await alone(`redis://127.0.0.1:${replica.port}`)
  })

  it('where memory is full and nothing may be forgotten', async () => {
    const server = await runRedis(['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'])
    ends.push(server.stop)
    await alone(`redis://127.0.0.1:${server.port}`)
  })

  it('where the account may not run scripts', async () => {
    const server = await runRedis(['--user', 'reader', 'on', '>x', '~*', '+@read', '+info'])
    ends.push(server.stop)
    await alone(`redis://reader:x@127.0.0.1:${server.port}`)
  })

  it('where the certificate is nobody’s that is known', async () => {
    const other = makeCertificate()
    const port = String(20_000 + ((process.pid + 1) % 20_000))
    const files = [
      '--tls-cert-file',
      other.certificate,
      '--tls-key-file',
      other.key,
      '--tls-ca-cert-file',
      other.ca,
    ]
    const settings = ['--tls-port', port, '--tls-auth-clients', 'no', ...files]
    const server = await runRedis(settings, { tls: { rejectUnauthorized: false } }, Number(port))
    ends.push(server.stop)
    await alone(`rediss://127.0.0.1:${port}`)
  })

  it('while one node of a cluster is away', async () => {
    const cluster = await startRedisCluster()
    ends.push(cluster.stop)
    const [one] = await two(`redis://127.0.0.1:${cluster.nodes[0]!.port}`)
    cluster.nodes[2]!.pause()
    ends.push(() => cluster.nodes[2]!.resume())
    expect(await one.probe()).toBe(false)
  })
})

describe('the address of Redis', () => {
  it.each([
    ['redis://127.0.0.1', { kind: 'server', hosts: [{ host: '127.0.0.1', port: 6379 }], tls: false, db: 0 }],
    [
      'rediss://me:p%40s%2Fs@[::1]:80/3',
      {
        kind: 'server',
        hosts: [{ host: '::1', port: 80 }],
        tls: true,
        db: 3,
        username: 'me',
        password: 'p@s/s',
      },
    ],
    ['redis://:secret@h', { password: 'secret' }],
    [
      'redis://a:1,redis://b:2',
      {
        kind: 'cluster',
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
    [
      'rediss+sentinel://me:x@s1,s2:5/main/2?sentinel_password=y',
      {
        kind: 'sentinel',
        tls: true,
        db: 2,
        password: 'x',
        hosts: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 5 },
        ],
        sentinel: { master: 'main', password: 'y' },
      },
    ],
  ])('%s', (url, expected) => expect(parseRedisUrl(url)).toMatchObject(expected))

  it.each([
    'http://h',
    'redis://',
    'redis://a,b',
    'redis://h/x',
    'redis://h:99999',
    'redis://p%ss@h',
    'redis+sentinel://h:1',
    'redis://a,rediss://b',
  ])('is refused: %s', (url) => expect(parseRedisUrl(url)).toBeNull())
})

it('names are put into slots as the cluster does', async () => {
  const server = await runRedis(['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())])
  ends.push(server.stop)
  for (const tag of ['123456789', 'probe-0', '', randomUUID(), 'é'])
    expect([tag, slotOf(tag)]).toEqual([tag, await server.send('CLUSTER', 'KEYSLOT', tag)])
})

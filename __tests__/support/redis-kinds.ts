import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './server'
import { temporaryFolder } from './temporary'

type Place = { host: string; port: number; tls?: { ca?: Buffer; rejectUnauthorized?: boolean } }

type RedisProcess = {
  port: number
  send: (command: string, ...args: (string | number)[]) => Promise<unknown>
  pause: () => void
  resume: () => void
  stop: () => Promise<void>
}

/** A redis-server with these settings; keeps nothing on disk. */
export async function runRedis(
  settings: readonly string[] = [],
  client: Pick<Place, 'tls'> = {},
  port?: number,
): Promise<RedisProcess> {
  const folder = temporaryFolder()
  const at = port ?? (await freePort())
  const usual = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const where = settings.includes('--tls-port') ? ['--port', '0'] : ['--port', String(at)]
  const child = spawn('redis-server', [...where, ...usual, ...settings], { stdio: 'ignore' })
  await once(child, 'spawn')
  const options = { host: '127.0.0.1', port: at, ...client }
  const send: RedisProcess['send'] = (command, ...args) => ask(options, command, ...args)
  await eventually(async () => (await send('PING')) === 'PONG')
  return {
    port: at,
    send,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop: async () => {
      await kill(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Three masters, each with a third of the slots. */
export async function startRedisCluster(): Promise<{ nodes: RedisProcess[]; stop: () => Promise<void> }> {
  const nodes: RedisProcess[] = []
  const buses: number[] = []
  for (let i = 0; i < 3; i++) {
    const bus = await freePort()
    buses.push(bus)
    const settings = [
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      '2000',
      '--cluster-port',
      String(bus),
    ]
    nodes.push(await runRedis(settings))
  }
  const bounds = [0, 5461, 10922, 16384]
  for (const [i, node] of nodes.entries()) {
    await node.send('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
    await node.send('CLUSTER', 'ADDSLOTSRANGE', bounds[i]!, bounds[i + 1]! - 1)
  }
  for (const [i, node] of nodes.entries())
    if (i > 0) await nodes[0]!.send('CLUSTER', 'MEET', '127.0.0.1', node.port, buses[i]!)
  for (const node of nodes)
    await eventually(async () => {
      const info = String(await node.send('CLUSTER', 'INFO'))
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
    })
  return { nodes, stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))) }
}

/** A master, a replica of it, and one Sentinel, which decides alone here. */
export async function startSentinel(): Promise<{
  port: number
  master: RedisProcess
  stop: () => Promise<void>
}> {
  const master = await runRedis()
  const replica = await runRedis(['--replicaof', '127.0.0.1', String(master.port)])
  await eventually(async () => String(await replica.send('INFO', 'replication')).includes('link_status:up'))
  const folder = temporaryFolder()
  const file = path.join(folder, 'sentinel.conf')
  const port = await freePort()
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 3000',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const options = { host: '127.0.0.1', port }
  await eventually(async () => {
    const replicas = (await ask(options, 'SENTINEL', 'REPLICAS', 'main')) as unknown[]
    return replicas.length === 1
  })
  const stop = async () => {
    await kill(child)
    await Promise.all([master.stop(), replica.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
  return { port, master, stop }
}

export async function eventually(holds: () => Promise<boolean>, patienceMs = 20_000): Promise<void> {
  for (const until = Date.now() + patienceMs; ; await sleep(20)) {
    if (await holds().catch(() => false)) return
    if (Date.now() > until) throw new Error('it did not come to pass')
  }
}

async function ask(options: Place, command: string, ...args: (string | number)[]): Promise<unknown> {
  const client = new Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

import { readFileSync } from 'node:fs'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { settings } from '../settings'
import type { RedisAddress } from './redis-address'

export type RedisClient = Redis | Cluster

const retryStrategy = (times: number) => Math.min(100 * 2 ** times, 1_000)

/**
 * Connects to Redis. Nothing waits for it: if a command cannot be sent now, this process answers itself. A
 * command whose answer was lost must not be counted again later.
 */
export function openRedis(address: RedisAddress): RedisClient {
  const options = connectionOptions(address)
  const [server = { host: 'localhost', port: 6379 }] = address.hosts
  const { sentinel, db } = address
  switch (address.kind) {
    case 'server':
      return new Redis({ ...options, ...server, db })
    case 'sentinel':
      return new Redis({
        ...options,
        db,
        sentinels: address.hosts,
        name: sentinel?.master ?? '',
        ...(sentinel?.username && { sentinelUsername: sentinel.username }),
        ...(sentinel?.password && { sentinelPassword: sentinel.password }),
        ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions() }),
        sentinelRetryStrategy: retryStrategy,
        sentinelCommandTimeout: 1_000,
        // It says at once when another becomes the master.
        failoverDetector: true,
      })
    case 'cluster':
      return openCluster(address, options)
  }
}

function openCluster(address: RedisAddress, options: ReturnType<typeof connectionOptions>): Cluster {
  const { retryStrategy: _, enableOfflineQueue: __, ...each } = options
  return new Cluster(address.hosts, {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    // If a slot's node refuses now, this process counts; the next time the new owner is asked.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 4,
    redisOptions: each,
    // Else names are resolved first, and a certificate for a name would not fit.
    ...(address.tls && { dnsLookup: (name, found) => found(null, name) }),
  })
}

function connectionOptions({ tls, username, password }: RedisAddress) {
  return {
    connectionName: 'clubkeys limits',
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Not every account may run the client's own check; our own, whether Redis counts, runs anyway.
    enableReadyCheck: false,
    connectTimeout: 1_000,
    disconnectTimeout: 100,
    // For a peer that takes a connection and never answers on it.
    socketTimeout: 2_000,
    retryStrategy,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: tlsOptions() }),
  } satisfies RedisOptions
}

function tlsOptions() {
  const { caFile } = settings().redis
  return caFile ? { ca: readFileSync(caFile) } : {}
}

/** What kind of server this is, and whether it may forget counters; null where it does not say. */
export async function describeServer(client: Redis): Promise<{ cluster: boolean; evicts: boolean } | null> {
  try {
    const info = await client.info()
    const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
    return {
      cluster: field('redis_mode') === 'cluster' || field('cluster_enabled') === '1',
      evicts: Number(field('maxmemory') ?? 0) > 0 && field('maxmemory_policy') !== 'noeviction',
    }
  } catch {
    return null
  }
}

/** A cluster's client connects to a node when it is first asked: too late for a request. */
export const connectNodes = (client: Cluster): Promise<unknown> =>
  Promise.allSettled(client.nodes('master').map((node) => node.ping()))

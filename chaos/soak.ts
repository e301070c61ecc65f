import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { closeDb } from '@/lib/db/client'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { inherited } from '../bench/support/processes'
import { buildWhenStale } from '../scripts/start/build'
import { explain } from '../scripts/start/explain'
import { stopSignal } from '../scripts/start/stop-signal'
import type { Scene } from './faults'
import { median } from './median'
import { setScene } from './stage/scene'
import { Traffic } from './traffic'

// `npm run soak`: a quarter of an hour of the traffic that chaos interrupts, uninterrupted: what a process
// holds must not grow.
// --minutes N: another time.

type Sample = { memoryMiB: number; handles: number; connections: number }

const LOOK_EVERY_MS = 5_000
/**
 * Growth from the second quarter of the time to the last that is nobody's leak: the heap's own breathing, a
 * connection more or less.
 */
const MOST_GROWTH: Record<keyof Sample, number> = { memoryMiB: 32, handles: 5, connections: 3 }

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const stop = stopSignal(() => process.exit(1))
  let scene: Awaited<ReturnType<typeof setScene>> | undefined
  try {
    const minutes = readMinutes()
    await buildWhenStale(inherited(), stop)
    await sweepAbandoned()
    // A small memory for keys is full before the first comparison.
    scene = await setScene({ API_KEY_CACHE_SIZE: '500' })
    return conclude(await soak(scene, minutes * 60_000, stop))
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return 1
  } finally {
    await closeDb()
    await scene?.remove()
  }
}

function readMinutes(): number {
  const at = process.argv.indexOf('--minutes')
  const minutes = at === -1 ? 15 : Number(process.argv[at + 1])
  if (!(minutes >= 1)) throw new Error('usage: npm run soak -- [--minutes N], at least 1')
  return minutes
}

async function soak(
  scene: Scene,
  ms: number,
  stop: AbortSignal,
): Promise<{ samples: Sample[]; failed: string[]; lost: string[] }> {
  const traffic = await Traffic.start(scene.app.port)
  const samples: Sample[] = []
  const until = performance.now() + ms
  while (performance.now() < until) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop })
    samples.push(await look(scene))
    const { memoryMiB, handles, connections } = samples.at(-1) ?? {}
    process.stderr.write(
      `${memoryMiB} MiB, ${handles} handles, ${connections} connections, ${traffic.sent.length} requests\n`,
    )
  }
  await traffic.stop()
  const failed = traffic.sent.filter(({ right, status }) =>
    right === 'good' ? status < 200 || status > 299 : status !== 401,
  )
  return {
    samples,
    failed: [
      ...failed.map(({ what, status, code }) => `${what}: ${status} ${code}`),
      ...scene.app.unexpected(),
    ],
    lost: await traffic.lost(scene.postgres),
  }
}

async function look({ app, postgres }: Scene): Promise<Sample> {
  const [row] = await postgres.ask<{ connections: number }>(
    `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE application_name LIKE 'clubkeys%' AND usename <> current_user`,
  )
  return {
    memoryMiB: app.memoryMiB(),
    handles: readdirSync(`/proc/${app.pid()}/fd`).length,
    connections: row?.connections ?? NaN,
  }
}

function conclude({ samples, failed, lost }: Awaited<ReturnType<typeof soak>>): number {
  const quarter = Math.floor(samples.length / 4)
  const bad = [...failed, ...lost]
  for (const name of Object.keys(MOST_GROWTH) as (keyof Sample)[]) {
    const values = samples.map((sample) => sample[name])
    const [early, late] = [median(values.slice(quarter, 2 * quarter)), median(values.slice(-quarter))]
    process.stdout.write(`${name}: ${early} in the second quarter, ${late} in the last\n`)
    if (!(late - early <= MOST_GROWTH[name])) bad.push(`${name} grew by ${late - early}`)
  }
  for (const what of bad) process.stdout.write(`BROKEN: ${what}\n`)
  return bad.length === 0 ? 0 : 1
}

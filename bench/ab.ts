import { buildApp } from './support/build'
import { makeWay } from './support/cores'
import { setStage, environmentFor } from './support/stage'
import { serve } from './support/servers'
import { tearDown } from './support/teardown'
import { tokenOf } from './support/keys'
import { startWorker } from './support/worker'
import type { Loader } from './workers/load'
const V: any = {
  none: { app: 'open', variant: 'none', path: '/api/none' },
  in_route: { app: 'open', variant: 'in_route', path: '/api/in-route' },
  noop: { app: 'guarded', variant: 'noop', path: '/api/bench' },
  noop_instr: { app: 'guarded', variant: 'noop_instr', path: '/api/bench' },
  awaited: { app: 'guarded', variant: 'awaited', path: '/api/bench' },
  hand: { app: 'guarded', variant: 'hand', path: '/api/bench' },
  verify: { app: 'guarded', variant: 'verify', path: '/api/bench' },
  auth: { app: 'guarded', variant: 'auth', path: '/api/bench' },
  mw: { app: 'guarded', variant: 'middleware', path: '/api/bench' },
}
const names = (process.env.V ?? 'noop,mw').split(',')
const rounds = Number(process.env.ROUNDS ?? 5), warm = Number(process.env.WARM ?? 10), seconds = Number(process.env.SECS ?? 5), connections = Number(process.env.C ?? 20)
void (async () => {
  await Promise.all([buildApp('open')]); await buildApp('guarded')
  makeWay()
  const stage = await setStage()
  const db = await stage.withKeys(1000)
  const load = await startWorker<Loader>('load', { place: 'others' })
  const all: any = {}
  for (let r = 0; r < rounds; r++) for (const n of r % 2 ? [...names].reverse() : names) {
    const s = await serve('bench/apps/' + V[n].app, { ...environmentFor(db), BENCH_VARIANT: V[n].variant, ...(process.env.OPT ? { NODE_OPTIONS: process.env.OPT } : {}) })
    const once = async (secs: number) => {
      const before = s.cpuMs()
      const a = await load.call('send', { port: s.port, path: V[n].path, token: tokenOf(0), connections, seconds: secs })
      if (a.wrong) throw new Error(n + ' wrong')
      return (s.cpuMs() - before) / a.n * 1000
    }
    const line = []
    for (let t = 0; t < warm; t += 2) line.push(Math.round(await once(2)))
    const v = await once(seconds)
    ;(all[n] ??= []).push(v)
    console.log(r, n.padEnd(9), Math.round(v), 'us; warming', line.join(' '))
    await s.stop()
  }
  const med = (x: number[]) => [...x].sort((a, b) => a - b)[x.length >> 1]!
  for (const n of names) console.log(n, 'median', Math.round(med(all[n])), 'min', Math.round(Math.min(...all[n])))
  console.log('ratio of medians', (med(all[names[1]!]) / med(all[names[0]!])).toFixed(3), 'paired', med(all[names[1]!].map((v: number, i: number) => v / all[names[0]!][i])).toFixed(3))
  await tearDown(); process.exit(0)
})().catch((e) => { console.error(e); void tearDown().then(() => process.exit(1)) })

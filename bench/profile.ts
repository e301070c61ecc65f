import { buildApp } from './support/build'
import { makeWay } from './support/cores'
import { setStage, environmentFor } from './support/stage'
import { serve } from './support/servers'
import { tearDown } from './support/teardown'
import { tokenOf } from './support/keys'
import { startWorker } from './support/worker'
import type { Loader } from './workers/load'
import { inTurn, ratios } from './support/rounds'
import { figure } from './support/figures'

const V = {
  none: { app: 'open', variant: 'none', path: '/api/none' },
  in_route: { app: 'open', variant: 'in_route', path: '/api/in-route' },
  noop: { app: 'guarded', variant: 'noop', path: '/api/bench' },
  mw: { app: 'guarded', variant: 'middleware', path: '/api/bench' },
  ctx: { app: 'guarded', variant: 'middleware', path: '/api/context' },
  hdr: { app: 'guarded', variant: 'hdr', path: '/api/bench' },
  copy: { app: 'guarded', variant: 'copy', path: '/api/bench' },
} as const
type N = keyof typeof V
const names = (process.env.V ?? 'noop,mw').split(',') as N[]
const rounds = Number(process.env.ROUNDS ?? 15), seconds = Number(process.env.SECS ?? 1), connections = Number(process.env.C ?? 20)
void (async () => {
  await Promise.all([buildApp('open')]); await buildApp('guarded')
  makeWay()
  const stage = await setStage()
  const db = await stage.withKeys(1000)
  const load = await startWorker<Loader>('load', { place: 'others' })
  const s: any = {}
  for (const n of names) s[n] = await serve('bench/apps/' + V[n].app, { ...environmentFor(db), BENCH_VARIANT: V[n].variant, ...(n === 'none' || n === 'noop' ? { NEXT_MANUAL_SIG_HANDLE: '' } : {}), ...(process.env.PROF ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=/tmp/prof/${n}` } : {}) })
  const measure = async (n: N) => {
    const before = s[n].cpuMs()
    const a = await load.call('send', { port: s[n].port, path: V[n].path, token: tokenOf(0), connections, seconds })
    if (a.wrong) throw new Error(n + ' wrong ' + a.wrong)
    return { ...a, cpuMs: (s[n].cpuMs() - before) / a.n }
  }
  for (const n of names) { await measure(n); await measure(n); await measure(n) }
  const r: any = await inTurn(names, rounds, measure)
  for (const n of names) console.log(n, 'cpu', figure(r[n].map((x: any) => x.cpuMs), 'ms').value, 'p50', figure(r[n].map((x: any) => x.p50), 'ms').value, 'p95', figure(r[n].map((x: any) => x.p95), 'ms').value, 'per s', figure(r[n].map((x: any) => x.perSecond), 'ms').value)
  for (const n of names.slice(1)) for (const f of ['cpuMs', 'p50', 'p95'] as const) console.log(n, 'vs', names[0], f, figure(ratios(r[n], r[names[0]!], (x: any) => x[f]), 'ratio').value)
  for (const n of names) await s[n].stop()
  await tearDown(); process.exit(0)
})().catch((e) => { console.error(e); void tearDown().then(() => process.exit(1)) })

import '@/keys'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { inherited } from '../bench/support/processes'
import { buildWhenStale } from '../scripts/start/build'
import { explain } from '../scripts/start/explain'
import { stopSignal } from '../scripts/start/stop-signal'
import { runFuzz } from './fuzz/run-fuzz'
import { attempt, everyAttack } from './every-attack'
import { setStage } from './stage'

// `npm run attack`: what an attacker would try, against a built server with a heap of 256 MB. One line each:
// how it ended, what was tried, what was seen. Exit 1 if one succeeded. `-- WORD`: only those with the word
// in their line; `--quick`: the short form that the tests run.
// `--fuzz`: instead, 12,000 requests made of the API document, each answer compared with it.

const [word] = process.argv.slice(2).filter((given) => !given.startsWith('--'))
const quick = process.argv.includes('--quick')

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const stop = stopSignal(() => process.exit(1))
  let stage: Awaited<ReturnType<typeof setStage>> | undefined
  try {
    await buildWhenStale(inherited(), stop)
    await sweepAbandoned()
    if (process.argv.includes('--fuzz'))
      return await runFuzz(process.argv, (text) => void process.stdout.write(text))
    stage = await setStage()
    let failed = 0
    for (const attack of everyAttack) {
      const what = `${attack.kind}: ${attack.tried}`
      if ((quick && attack.long) || (word !== undefined && !what.includes(word))) continue
      const started = performance.now()
      const { seen, ok } = await attempt(attack, stage, quick)
      if (!ok) failed++
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${seconds.padStart(5)} s  ${what}: ${seen}\n`)
    }
    process.stdout.write(failed === 0 ? 'Everything held.\n' : `${failed} did not hold.\n`)
    return failed === 0 ? 0 : 1
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return 1
  } finally {
    await stage?.remove()
  }
}

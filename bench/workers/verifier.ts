import path from 'node:path'
import { quantile } from '../support/figures'
import { spreadTokens } from '../support/keys'
import type { Given, Prepare, Subject } from '../support/subject'
import { answerCalls } from '../support/worker'

type Burst = { concurrency: number; seconds?: number; calls?: number; timed?: boolean }
export type Outcome = { n: number; wrong: number; perSecond: number; cpuUs: number; p50: number; p99: number }

/**
 * Answers that came without waiting are counted in lots: reading the clock at each would be half of what is
 * measured.
 */
const LOT = 256
const MAX_LATENCIES = 200_000

let subject: Subject
let next = 0

async function prepare({ module, ...given }: Given & { module: string }): Promise<void> {
  const { prepare } = (await import(path.resolve(__dirname, '..', module))) as { prepare: Prepare }
  subject = await prepare(given)
}

/** Turns to other tokens: this many of the first `of`. */
function spread({ count, of, seed }: { count: number; of: number; seed: number }): void {
  subject = { ...subject, tokens: spreadTokens(count, of, seed) }
}

/**
 * Verifies one token after the other, `concurrency` at a time, for some seconds or some calls. Latencies (µs)
 * only when `timed`.
 */
async function burst({
  concurrency,
  seconds = Infinity,
  calls = Infinity,
  timed = false,
}: Burst): Promise<Outcome> {
  const latencies = new Latencies()
  const cpu = process.cpuUsage()
  const started = performance.now()
  const until = started + seconds * 1000
  let n = 0
  let wrong = 0
  const verifyOne = (): boolean | Promise<boolean> => {
    n++
    const begun = timed ? performance.now() : 0
    const judge = (good: boolean) => {
      if (timed) latencies.add(performance.now() - begun)
      if (!good) wrong++
      return good
    }
    const good = subject.verify(nextToken())
    return typeof good === 'boolean' ? judge(good) : good.then(judge)
  }
  const work = async () => {
    while (n < calls && performance.now() < until) {
      let answer: boolean | Promise<boolean> = true
      for (let i = 0; i < LOT && n < calls && typeof answer === 'boolean'; i++) answer = verifyOne()
      // Heartbeats come in between: a process that never looks up would rightly stop trusting its cache.
      await (typeof answer === 'boolean' ? new Promise(setImmediate) : answer)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const elapsed = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return {
    n,
    wrong,
    perSecond: (n / elapsed) * 1000,
    cpuUs: (user + system) / n,
    p50: latencies.at(0.5),
    p99: latencies.at(0.99),
  }
}

function nextToken(): string {
  const { tokens } = subject
  next = (next + 1) % tokens.length
  return tokens[next] ?? ''
}

class Latencies {
  #values = new Float64Array(MAX_LATENCIES)
  #size = 0
  add(milliseconds: number): void {
    if (this.#size < MAX_LATENCIES) this.#values[this.#size++] = milliseconds * 1000
  }
  at(q: number): number {
    return quantile(this.#values.subarray(0, this.#size), q)
  }
}

const handlers = { prepare, spread, burst }
export type Verifier = typeof handlers
answerCalls(handlers)

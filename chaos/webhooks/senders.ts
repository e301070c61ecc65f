import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { residentMiB } from '../stage/app'
import { startWorker } from './worker'

/** Processes that deliver, each of which is started again when it is killed. */
export class Senders {
  readonly #children: ChildProcess[] = []
  #kills = 0

  #peakMiB = 0
  readonly #watching = setInterval(() => {
    const sizes = this.#children.map(({ pid }) => residentMiB(pid ?? 0))
    this.#peakMiB = Math.max(this.#peakMiB, ...sizes)
  }, 250)

  private constructor(
    private readonly databaseUrl: string,
    private readonly nameServer: string | undefined,
  ) {}

  static async start(databaseUrl: string, count: number, nameServer?: string): Promise<Senders> {
    const senders = new Senders(databaseUrl, nameServer)
    for (let n = 0; n < count; n++) senders.#children.push(await senders.#spawn())
    return senders
  }

  get kills(): number {
    return this.#kills
  }

  /** The most that one of them had in memory. */
  peakMiB(): number {
    return this.#peakMiB
  }

  /** Kills the next one with -9, and starts another in its place. */
  async killOne(): Promise<void> {
    const n = this.#kills++ % this.#children.length
    const child = this.#children[n]
    if (!child) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    this.#children[n] = await this.#spawn()
  }

  async stop(): Promise<void> {
    clearInterval(this.#watching)
    for (const child of this.#children) {
      // One in whose place none could be started has ended already: it says so only once.
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
  }

  async #spawn(): Promise<ChildProcess> {
    const { child } = await startWorker('webhooks', this.nameServer ? [this.nameServer] : [], {
      DATABASE_URL: this.databaseUrl,
      WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
      DATABASE_TIMEOUT_MS: '5000',
    })
    return child
  }
}

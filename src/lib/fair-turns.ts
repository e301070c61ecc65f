import { unavailable } from './errors'

type Waiting = { start: () => void }

/**
 * Lets few run at a time, and takes turns between addresses: an address that floods waits behind the others.
 * Who cannot begin soon is told to come again.
 */
export class FairTurns {
  #running = 0
  /** By address; the map's order is whose turn it is. */
  #waiting = new Map<string, Waiting[]>()
  #count = 0

  /** @param bounds `atOnce` run, `perAddress` and `all` wait, for `patienceMs` */
  constructor(readonly bounds: { atOnce: number; perAddress: number; all: number; patienceMs: number }) {}

  /** @throws Refusal `unavailable` */
  async run<Done>(address: string, job: () => Promise<Done>): Promise<Done> {
    if (this.#running >= this.bounds.atOnce) await this.#wait(address)
    else this.#running++
    try {
      return await job()
    } finally {
      this.#next()
    }
  }

  #wait(address: string): Promise<void> {
    const queue = this.#waiting.get(address) ?? []
    if (queue.length >= this.bounds.perAddress || this.#count >= this.bounds.all) throw unavailable()
    return new Promise((resolve, reject) => {
      const waiting = { start: () => (clearTimeout(timer), resolve()) }
      const timer = setTimeout(() => {
        this.#leave(address, waiting)
        reject(unavailable())
      }, this.bounds.patienceMs)
      queue.push(waiting)
      this.#waiting.set(address, queue)
      this.#count++
    })
  }

  #leave(address: string, waiting: Waiting): void {
    const queue = this.#waiting.get(address)?.filter((one) => one !== waiting) ?? []
    if (queue.length > 0) this.#waiting.set(address, queue)
    else this.#waiting.delete(address)
    this.#count--
  }

  /** Hands the place on: to the address that has waited longest for a turn, which then goes to the end. */
  #next(): void {
    for (const [address, queue] of this.#waiting) {
      const waiting = queue.shift()
      this.#waiting.delete(address)
      if (queue.length > 0) this.#waiting.set(address, queue)
      if (!waiting) continue
      this.#count--
      return waiting.start()
    }
    this.#running--
  }
}

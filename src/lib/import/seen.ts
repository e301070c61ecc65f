import { hash, randomBytes } from 'node:crypto'

/**
 * Which tokens of an import came before, and whose they were, in 16 bytes a token: a million of them must not
 * fill the memory. It keeps 64 bits of the SHA-256, by which two tokens out of a million are mistaken for one
 * once in thirty million imports; then a row is refused, and said to be. Under a random seed, since who
 * writes a file of digests could write those that all fall into one slot.
 */
export class Seen {
  #slots = 1 << 12
  #count = 0
  #high = new Uint32Array(this.#slots)
  #low = new Uint32Array(this.#slots)
  /** 0: a free slot. */
  #owner = new Uint32Array(this.#slots)
  #disputed = new Uint8Array(this.#slots)
  #owners = new Map<string, number>()
  #seed = randomBytes(16)

  /**
   * Notes a token as this owner's. @returns whether it is new, the owner's already, or somebody else's, too
   */
  note(digest: Buffer, userId: string): 'new' | 'again' | 'disputed' {
    const [high, low] = this.#mark(digest)
    const at = this.#find(high, low)
    const owner = this.#numberOf(userId)
    if (this.#owner[at] === 0) {
      this.#write(at, high, low, owner, 0)
      if (++this.#count * 2 > this.#slots) this.#grow()
      return 'new'
    }
    if (this.#owner[at] !== owner) this.#disputed[at] = 1
    return this.#disputed[at] === 1 ? 'disputed' : 'again'
  }

  /** Whether two rows have named different owners for it. */
  isDisputed(digest: Buffer): boolean {
    return this.#disputed[this.#find(...this.#mark(digest))] === 1
  }

  #mark(digest: Buffer): [number, number] {
    const mark = hash('sha256', Buffer.concat([this.#seed, digest]), 'buffer')
    return [mark.readUInt32BE(0), mark.readUInt32BE(4)]
  }

  /** The slot of a token, or the free one that it would get. */
  #find(high: number, low: number): number {
    let at = low & (this.#slots - 1)
    while (this.#owner[at] !== 0 && (this.#high[at] !== high || this.#low[at] !== low))
      at = (at + 1) & (this.#slots - 1)
    return at
  }

  #write(at: number, high: number, low: number, owner: number, disputed: number): void {
    this.#high[at] = high
    this.#low[at] = low
    this.#owner[at] = owner
    this.#disputed[at] = disputed
  }

  #numberOf(userId: string): number {
    let number = this.#owners.get(userId)
    if (number === undefined) this.#owners.set(userId, (number = this.#owners.size + 1))
    return number
  }

  #grow(): void {
    const [high, low, owner, disputed] = [this.#high, this.#low, this.#owner, this.#disputed]
    this.#slots *= 2
    this.#high = new Uint32Array(this.#slots)
    this.#low = new Uint32Array(this.#slots)
    this.#owner = new Uint32Array(this.#slots)
    this.#disputed = new Uint8Array(this.#slots)
    owner.forEach((number, at) => {
      if (number !== 0)
        this.#write(
          this.#find(high[at] ?? 0, low[at] ?? 0),
          high[at] ?? 0,
          low[at] ?? 0,
          number,
          disputed[at] ?? 0,
        )
    })
  }
}

/**
 * How many may run at once, in all and for each person. A person with none running never waits for others:
 * one person's flood keeps nobody else from ending it.
 */
export class Lanes {
  private readonly underWay = new Map<string, number>()
  private total = 0

  constructor(private readonly bounds: { each: number; all: number }) {}

  /** @returns false where it is full; else call {@link leave} once it is done */
  enter(whose: string): boolean {
    const own = this.underWay.get(whose) ?? 0
    if (own >= this.bounds.each || (own > 0 && this.total >= this.bounds.all)) return false
    this.underWay.set(whose, own + 1)
    this.total++
    return true
  }

  leave(whose: string): void {
    const own = (this.underWay.get(whose) ?? 1) - 1
    if (own === 0) this.underWay.delete(whose)
    else this.underWay.set(whose, own)
    this.total--
  }
}

/** Just under a second, so that a caller that waits a second itself is never a microsecond early. */
const WINDOW_MS = 990

type Window = { leftOut: number; last: ((leftOut: number) => void) | null }

/**
 * One line a second of each kind, however many there are: otherwise a stranger who can cause lines could fill
 * the disk. When the second is over, the last one left out is logged with their number.
 */
export class LogGate {
  private readonly windows = new Map<string, Window>()

  /** @param say writes the line; gets how many of its kind were left out before it */
  pass(kind: string, say: (leftOut: number) => void): void {
    const window = this.windows.get(kind)
    if (!window) {
      this.open(kind)
      return say(0)
    }
    if (window.last) window.leftOut++
    window.last = say
  }

  private open(kind: string): void {
    const window: Window = { leftOut: 0, last: null }
    this.windows.set(kind, window)
    setTimeout(() => {
      this.windows.delete(kind)
      if (!window.last) return
      this.open(kind)
      window.last(window.leftOut)
    }, WINDOW_MS).unref()
  }
}

import diagnostics from 'node:diagnostics_channel'

/**
 * Halts calls while connections come in one after the other. Node accepts one each time round its event loop:
 * if the first of a thousand set us to work at once, the one behind them, which ends the burst, would be
 * accepted last of all.
 * @param halt lasts no longer than calls can be kept waiting; returns what ends it
 */
export function takeAllInFirst(halt: () => () => void): void {
  let arrived = false
  let goOn: (() => void) | undefined
  const look = () => {
    // Asked anew each time: a halt ends by itself, and may be had again later.
    const stillHalted = arrived ? halt() : undefined
    goOn?.()
    goOn = stillHalted
    arrived = false
    if (goOn) setImmediate(look)
  }
  diagnostics.subscribe('net.server.socket', () => {
    arrived = true
    if (goOn) return
    goOn = halt()
    setImmediate(look)
  })
}

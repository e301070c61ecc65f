/** One Ctrl-C arrives several times: from the terminal, from npm and from setup. */
const SAME_PRESS_MS = 1_000

/** Aborts when we are asked to stop. @param force called when we are asked again */
export function stopSignal(force: () => void): AbortSignal {
  const stop = new AbortController()
  let first = 0
  const onSignal = () => {
    if (stop.signal.aborted && Date.now() - first > SAME_PRESS_MS) force()
    if (stop.signal.aborted) return
    first = Date.now()
    stop.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  // Once the terminal is closed, writing to it fails; we still have to stop in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return stop.signal
}

/** Also where it was aborted before anybody asked: we may be told to stop while we greet. */
export const aborted = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve()
    else stop.addEventListener('abort', () => resolve(), { once: true })
  })

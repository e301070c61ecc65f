const EVERY_MS = 1_000
const EVERY_MS_IN_A_LOG = 15_000

/**
 * Tells on stderr that a long step is under way, with the seconds it takes. Call the result when it is over.
 */
export function progress(step: string): () => void {
  const { stderr } = process
  const start = Date.now()
  const line = () => `${step} ... ${Math.round((Date.now() - start) / 1000)} s`
  const write = () => stderr.write(stderr.isTTY ? `\r${line()}` : `${line()}\n`)
  if (stderr.isTTY) write()
  else stderr.write(`${step} ...\n`)
  const timer = setInterval(write, stderr.isTTY ? EVERY_MS : EVERY_MS_IN_A_LOG)
  return () => {
    clearInterval(timer)
    write()
    if (stderr.isTTY) stderr.write('\n')
  }
}

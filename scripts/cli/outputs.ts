/**
 * What was begun is brought to its end where nobody listens any more (`| head`), or where no more can be
 * written; the exit code says so where it was the answer that went nowhere.
 */
export function outliveOutputs(): () => boolean {
  let lost = false
  process.stderr.on('error', () => {})
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (!lost && code !== 'EPIPE') process.stderr.write(`The answer could not be written: ${code}\n`)
    lost = true
    process.exitCode = 1
  })
  return () => lost
}

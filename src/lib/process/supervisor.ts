/** How often the supervisor is looked for, in milliseconds. */
const EVERY_MS = 1_000

/**
 * Ends this process when the one that started it (`CLUBKEYS_SUPERVISOR_PID`) is gone, however it went: killed with -9 it could not
 * stop us, and we would hold the port. The pid is watched, not `process.ppid`, because the framework may fork in between.
 */
export function watchSupervisor(): void {
  const supervisor = Number(process.env.CLUBKEYS_SUPERVISOR_PID)
  if (!Number.isInteger(supervisor) || supervisor <= 1) return
  const timer = setInterval(() => {
    if (isAlive(supervisor)) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, EVERY_MS)
  timer.unref()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

import { isAlive } from './processes'

const LOOK_EVERY_MS = 1_000
const GRACE_MS = 30_000

/**
 * Ends this process, as SIGTERM would, when the one named by CLUBKEYS_SUPERVISOR_PID is gone: if that was
 * killed with -9 it could not tell us, and we would keep its port and its database. It watches that process,
 * not our parent, since the framework may put one of its own in between.
 */
export function watchSupervisor(): void {
  const supervisor = Number(process.env.CLUBKEYS_SUPERVISOR_PID)
  if (!supervisor) return
  const timer = setInterval(() => {
    if (isAlive(supervisor)) return
    clearInterval(timer)
    const lameDuckMs = (Number(process.env.LAME_DUCK_SECONDS) || 0) * 1000
    setTimeout(() => process.exit(1), GRACE_MS + lameDuckMs).unref()
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS).unref()
}

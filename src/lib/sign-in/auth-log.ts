import { log } from '../log'

/** One line a second at most, in milliseconds: strangers cause these lines, and their words stand in them. */
const SAY_EVERY_MS = 1_000
/** How much of an error is logged, in characters. */
const LONGEST = 300

const shared = globalThis as typeof globalThis & { clubkeysAuthLog?: { saidAt: number; unsaid: number } }

/** What went wrong while somebody signed in or out. */
export function logSignInTrouble(code: string, thrown: unknown): void {
  const state = (shared.clubkeysAuthLog ??= { saidAt: -Infinity, unsaid: 0 })
  const now = performance.now()
  if (now - state.saidAt < SAY_EVERY_MS) return void state.unsaid++
  const reason = (thrown instanceof Error ? thrown.message : '').slice(0, LONGEST)
  log.error({ code: code.slice(0, LONGEST), reason, linesUnsaid: state.unsaid }, 'signing in failed')
  state.saidAt = now
  state.unsaid = 0
}

/** A cookie that is not ours or too old is deleted and not logged. */
const NOTHING_WRONG = new Set(['JWT_SESSION_ERROR'])

/** next-auth would print whatever a client sent, as it came, as often as it came. */
export const authLogger = {
  error: (code: string, metadata: Error | { error?: unknown }) => {
    if (NOTHING_WRONG.has(code)) return
    logSignInTrouble(code, metadata instanceof Error ? metadata : metadata.error)
  },
  warn: (code: string) => logSignInTrouble(code, null),
}

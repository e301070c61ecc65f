import type { Problem } from '@/contracts/problem'
import type { WhoAmI } from '@/contracts/whoami'

/** What the server said to a key that asked who it is. `status` is null where nothing was said. */
export type CallResult =
  | { ok: true; status: number; took: number; who: WhoAmI }
  | { ok: false; status: number | null; took: number; why: string }

/**
 * Asks this very server who a key is: the address is a path, no cookie goes with it and no redirect is
 * followed, so that the key reaches nobody else.
 */
export async function callWhoAmI(token: string): Promise<CallResult> {
  const start = performance.now()
  const took = () => Math.round(performance.now() - start)
  try {
    const answer = await fetch('/api/v1/whoami', {
      headers: { Authorization: `Bearer ${token}` },
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
    })
    const { status } = answer
    const body: unknown = await answer.json().catch(() => null)
    if (answer.ok && body !== null) return { ok: true, status, took: took(), who: body as WhoAmI }
    const { detail = 'The answer is not one of this API.' } = (body ?? {}) as Partial<Problem>
    return { ok: false, status, took: took(), why: detail }
  } catch {
    return { ok: false, status: null, took: took(), why: 'The server did not answer. Check your connection.' }
  }
}

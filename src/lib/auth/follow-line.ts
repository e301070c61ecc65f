import { sweepSoon } from '../process/sweep-soon'
import { endLine } from './end-line'
import type { Line } from './revoke-keys'

/**
 * Goes on with a line until then, after the commit; what is left is the sweep's, at once.
 * @returns all that was revoked of it, and whether that is the whole
 */
export async function followLine(
  { revoked, left }: Line,
  until: number,
): Promise<{ revoked: string[]; complete: boolean }> {
  if (!left) return { revoked, complete: true }
  const followed = await endLine(left, () => Date.now() >= until)
  if (!followed.complete) sweepSoon()
  return followed
}

import { sweepSoon } from '../process/sweep-soon'
import { endLine } from './end-line'
import type { Line } from './revoke-keys'

/**
 * Goes on revoking a line after the commit, until a moment; the sweep does the rest, at once.
 * @returns all that was revoked of it, and whether that is everything
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

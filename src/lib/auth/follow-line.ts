import { sweepSoon } from '../process/sweep-soon'
import { endLine } from './end-line'
import type { Line } from './revoke-keys'

type Followed = { revoked: string[]; complete: boolean }

/** What is revoked of a line at the commit. */
export const soFar = ({ revoked, left }: Line): Followed => ({ revoked, complete: left === null })

/**
 * Goes on revoking a line after the commit, until a moment; the sweep does the rest, at once.
 * @returns all that was revoked of it, and whether that is everything
 */
export async function followLine(line: Line, until: number): Promise<Followed> {
  if (!line.left) return soFar(line)
  const followed = await endLine(line.left, () => Date.now() >= until)
  if (!followed.complete) sweepSoon()
  return followed
}

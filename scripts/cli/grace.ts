import { UsageError } from './command'

/** `--grace` as a rotation and a hand-over take it. @throws UsageError */
export function graceIn(text: string | undefined): { graceSeconds?: number } {
  if (text === undefined) return {}
  if (!/^[0-9]{1,9}$/.test(text)) throw new UsageError('--grace is a number of seconds')
  return { graceSeconds: Number(text) }
}

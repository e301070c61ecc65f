import { MigrationError } from '@/lib/db/migrate'
import { isOutage } from '@/lib/db/outage'
import { DatabaseRefusal } from '@/lib/db/refusal'
import { isSettingsError } from '@/lib/settings'

/** An error as a sentence for whoever sits at the terminal. */
export function explain(error: unknown): string {
  if (isSettingsError(error)) return `The environment is not usable:\n${error.message}`
  if (error instanceof DatabaseRefusal || error instanceof MigrationError) return error.message
  if (isOutage(error))
    return `The database of DATABASE_URL (or DATABASE_DIRECT_URL) does not answer: ${reason(error)}`
  return error instanceof Error ? error.message : String(error)
}

/** Where a name has several addresses, Node reports one error each and gives the whole no message. */
function reason(error: unknown): string {
  const { message, errors = [], code } = error as Error & { errors?: Error[]; code?: string }
  return message || errors.map((each) => each.message).join(', ') || String(code)
}

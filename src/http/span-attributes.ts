import type { Attributes } from '@/lib/tracing'
import type { Received } from './call'

/** What a span says of a message's caller: ids, and no name. */
export const callerAttributes = ({ caller }: Partial<Received> = {}): Attributes =>
  caller
    ? {
        'clubkeys.club.id': caller.clubId,
        ...(caller.userId !== null && { 'user.id': caller.userId }),
        ...(caller.id !== undefined && { 'clubkeys.key.id': caller.id }),
      }
    : {}

/** And of its answer (semantic conventions for HTTP). */
export const answerAttributes = ({ status }: Response, { outcome }: Partial<Received> = {}): Attributes => ({
  'http.response.status_code': status,
  ...(status >= 400 && { 'error.type': outcome ?? String(status) }),
})

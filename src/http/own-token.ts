import type { Operation } from '@/contracts/operation'
import { readCall } from './credential'
import { pathInApp } from './path'

/** Whether the token in a body is the very one that its call presents: whoever sends it knows it already. */
export function asksAboutItself(request: Request, { tokenField = '' }: Operation, body: unknown): boolean {
  const call = readCall(request, pathInApp(request))
  return call !== null && (body as Record<string, unknown>)[tokenField] === call.token
}

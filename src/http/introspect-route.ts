import { introspecting } from '@/contracts/introspection'
import { introspectToken } from '@/lib/auth/introspect-token'
import { route } from './route'

/** `POST /api/v1/introspect` (RFC 7662), in every app. */
export const introspectRoute = route(
  introspecting.operations.introspectToken,
  ({ actor, body, countGuess }) => introspectToken(actor, body, countGuess),
)

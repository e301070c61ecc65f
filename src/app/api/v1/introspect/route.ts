import { introspecting } from '@/contracts/introspection'
import { methods, route } from '@/http/route'
import { introspectToken } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(introspecting.operations.introspectToken, ({ actor, body, countGuess }) =>
    introspectToken(actor, body, countGuess),
  ),
})

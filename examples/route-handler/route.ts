import { getAuthContext } from '@/http/context'
import { problemResponse } from '@/http/problem'
import { forbidden } from '@/lib/errors'

/** `GET /api/v1/greeting`: greets whoever calls with a key, or signed in, and may read practices. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { actor } = await getAuthContext(request)
    if (!actor.ability.can('read', 'Practice'))
      throw forbidden('Greetings are for those who may read practices.')
    return Response.json({ hello: actor.userId, club: actor.clubId, scopes: actor.scopes })
  } catch (error) {
    return problemResponse(request, error, crypto.randomUUID())
  }
}

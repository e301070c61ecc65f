import { getAuthContext } from '../../../../../../../src/http/context'
import { problemResponse } from '../../../../../../../src/http/problem'

export const dynamic = 'force-dynamic'

export async function GET(request: Request) {
  try {
    await getAuthContext(request)
    return Response.json({ ok: true })
  } catch (error) {
    return problemResponse(request, error, crypto.randomUUID())
  }
}

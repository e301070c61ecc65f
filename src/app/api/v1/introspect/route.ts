import { introspectRoute } from '@/http/introspect-route'
import { methods } from '@/http/route'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ POST: introspectRoute })

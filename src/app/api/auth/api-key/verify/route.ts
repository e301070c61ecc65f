import { methods } from '@/http/route'
import { verifyKeyRoute } from '@/http/verify-key-route'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ POST: verifyKeyRoute })

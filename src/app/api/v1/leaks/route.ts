import { reportLeaksRoute } from '@/http/leaks-route'
import { methods } from '@/http/route'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ POST: reportLeaksRoute })

import { metricsRoute } from '@/http/metrics'
import { methods } from '@/http/route'

export const dynamic = 'force-dynamic'
export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ GET: metricsRoute })

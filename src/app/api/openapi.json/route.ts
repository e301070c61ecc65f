import { openApi } from '@/http/openapi/answer'
import { methods } from '@/http/route'

export const dynamic = 'force-dynamic'
export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ GET: openApi })

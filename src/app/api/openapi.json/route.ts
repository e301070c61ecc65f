import { openApi } from '@/http/openapi'

export const dynamic = 'force-dynamic'
export { openApi as GET }

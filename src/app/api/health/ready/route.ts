import { ready } from '@/http/health'

export const dynamic = 'force-dynamic'
export { ready as GET }

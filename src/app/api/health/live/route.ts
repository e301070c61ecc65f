import { live } from '@/http/health'

export const dynamic = 'force-dynamic'
export { live as GET }

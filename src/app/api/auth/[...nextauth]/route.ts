import { handleAuth } from '@/http/auth'

export { handleAuth as GET, handleAuth as POST }

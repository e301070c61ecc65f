import { handleAuth } from '@/app/api/auth/handle-auth'

export {
  handleAuth as GET,
  handleAuth as HEAD,
  handleAuth as OPTIONS,
  handleAuth as POST,
  handleAuth as PUT,
  handleAuth as PATCH,
  handleAuth as DELETE,
}

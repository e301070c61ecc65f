import { env } from './env'

/** Whether the app's own address is an encrypted one. */
export const isSecure = (): boolean => env().NEXTAUTH_URL.startsWith('https:')

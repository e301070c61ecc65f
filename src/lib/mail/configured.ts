import { env } from '../env'

/** Whether this installation sends mail (`SMTP_URL`). */
export const mailsAreSent = (): boolean => env().SMTP_URL !== undefined

import { z } from 'zod'
import { email } from '@/contracts/email'

export const requestForm = z.strictObject({ email })

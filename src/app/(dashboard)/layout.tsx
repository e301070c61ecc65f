import type { ReactNode } from 'react'
import { SessionProvider } from '@/components/session/session-provider'
import { signInMethods } from '@/lib/sign-in/sign-in-methods'
import { requireSignedIn } from '../caller'

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { userId, email } = await requireSignedIn()
  const { password } = await signInMethods(userId)
  return <SessionProvider person={{ email, hasPassword: password }}>{children}</SessionProvider>
}

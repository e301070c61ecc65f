import type { ReactNode } from 'react'
import { SessionProvider } from '@/components/session/session-provider'
import { Arrival } from '@/components/shell/arrival'
import { ToastProvider } from '@/components/ui/toast'
import { Clock } from '@/components/when'
import { WordsProvider } from '@/components/words'
import { requireSignedIn } from '../caller'
import { wordsOf } from '../words'

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { email, hasPassword } = await requireSignedIn()
  const servedAt = Date.now()
  return (
    <ToastProvider>
      <SessionProvider person={{ email, hasPassword }}>
        <WordsProvider words={wordsOf()}>
          <Clock now={servedAt}>
            <Arrival>{children}</Arrival>
          </Clock>
        </WordsProvider>
      </SessionProvider>
    </ToastProvider>
  )
}

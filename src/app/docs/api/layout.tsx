import type { ReactNode } from 'react'
import { OwnKeyProvider } from '@/components/docs/api/own-key'

/** One key for all operations, as long as the page is there. */
export default function ApiLayout({ children }: { children: ReactNode }) {
  return <OwnKeyProvider>{children}</OwnKeyProvider>
}

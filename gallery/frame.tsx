import type { ReactNode } from 'react'
import { SessionProvider } from '@/components/session/session-provider'
import { Arrival } from '@/components/shell/arrival'
import { PageBody } from '@/components/shell/header'
import { ThemeProvider } from '@/components/theme/theme-provider'
import { ToastProvider } from '@/components/ui/toast'
import { Clock } from '@/components/when'
import { WordsProvider } from '@/components/words'
import { ADA } from './data/people'
import { WORDS } from './data/words'
import type { State } from './state'

/** What the app puts around every page. */
export function Frame({ state }: { state: State }) {
  return (
    <ThemeProvider theme="system">
      <WordsProvider words={WORDS}>
        <Clock now={Date.now()}>
          <ToastProvider>
            <SessionProvider person={{ email: ADA.email, hasPassword: true }}>
              <Arrival>
                <Placed {...state}>{state.show()}</Placed>
              </Arrival>
            </SessionProvider>
          </ToastProvider>
        </Clock>
      </WordsProvider>
    </ThemeProvider>
  )
}

function Placed({ name, place, children }: Pick<State, 'name' | 'place'> & { children: ReactNode }) {
  if (place === 'page') return children
  return (
    <PageBody>
      {place === 'part' && <h1 className="sr-only">{name}</h1>}
      {children}
    </PageBody>
  )
}

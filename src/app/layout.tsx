import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { ThemeProvider } from '@/components/theme/theme-provider'
import { fontClasses } from './fonts'
import { readTheme } from './read-theme'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'clubkeys', template: '%s · clubkeys' },
  description: 'API keys for clubs',
  robots: { index: false },
}

/** `--paper`, for the browser's own frame. */
const PAPER = { light: '#fbfbfa', dark: '#111214' }

export async function generateViewport(): Promise<Viewport> {
  const theme = await readTheme()
  // The keyboard of a phone makes the page smaller, and hides no button.
  const interactiveWidget = 'resizes-content'
  if (theme !== 'system') return { interactiveWidget, themeColor: PAPER[theme] }
  return {
    interactiveWidget,
    themeColor: [
      { media: '(prefers-color-scheme: light)', color: PAPER.light },
      { media: '(prefers-color-scheme: dark)', color: PAPER.dark },
    ],
  }
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made for its request: scripts of one that was made at build time would lack the nonce.
  await connection()
  const theme = await readTheme()
  return (
    <html lang="en" className={fontClasses} data-theme={theme === 'system' ? undefined : theme}>
      <body>
        <ThemeProvider theme={theme}>{children}</ThemeProvider>
      </body>
    </html>
  )
}

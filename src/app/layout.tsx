import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'clubkeys', template: '%s · clubkeys' },
  description: 'API keys for clubs',
  robots: { index: false },
}
export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfbfa' },
    { media: '(prefers-color-scheme: dark)', color: '#111214' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made for its request: scripts of one that was made at build time would lack the nonce.
  await connection()
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}

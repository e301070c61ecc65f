import localFont from 'next/font/local'

// Geist, from the package's files: served by this app, preloaded, with a fallback of the same measures, so
// that nothing moves when it arrives. What Latin does not have comes only where a page shows it.

const sans = localFont({
  src: '../../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-geist',
})

const sansMore = localFont({
  src: '../../node_modules/@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-geist-more',
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0',
    },
  ],
})

const mono = localFont({
  src: '../../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-geist-mono',
  // Small print of the first screen: where it comes late, the device's own stays.
  display: 'optional',
  adjustFontFallback: false,
})

/** For the root element: what `--font-sans` and `--font-mono` are made of. */
export const fontClasses = `${sans.variable} ${sansMore.variable} ${mono.variable}`

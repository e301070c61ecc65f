'use client'

import { exactly, relative } from './moment'

/** A moment as people say it; the exact time in UTC when asked for. */
export function When({ at }: { at: string }) {
  return (
    // The server says it a moment before the browser does: "1 minute ago" may have become "2".
    <time dateTime={at} title={exactly(at)} suppressHydrationWarning className="whitespace-nowrap">
      {relative(Date.parse(at) - Date.now())}
    </time>
  )
}

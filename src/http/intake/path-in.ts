import type { IncomingMessage } from 'node:http'

/** A path that every parser reads alike. */
const AS_WRITTEN = /^\/[^.\\%?#/]*(?:\/[^.\\%?#/]+)*(?=[?#]|$)/

/** The path of a message as the framework will route it: `/api/../sign-in` is a page. */
export function pathIn({ url = '/' }: IncomingMessage): string {
  const written = AS_WRITTEN.exec(url)
  if (written) return written[0]
  return URL.parse(url, 'http://localhost')?.pathname ?? '/'
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { asHtml } from '@/lib/letters/as-html'
import type { Bundle } from './bundle'
import { MAILS } from './data/mails'

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }

/** As strict as on the pages of the app. */
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'`

const documentWith = (nonce: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Gallery</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/gallery.css" />
    <script type="module" nonce="${nonce}" src="/gallery.js"></script>
  </head>
  <body><div id="root"></div></body>
</html>`

/** Programs that show mails let their styles through, and nothing else. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
const mails = new Map(Object.entries(MAILS).map(([kind, letter]) => [`/mails/${kind}`, letter]))

/** To this machine alone. @returns the address */
export async function serve({ files }: Bundle, port: number): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/') {
      const nonce = randomBytes(16).toString('base64')
      response.setHeader('content-security-policy', policy(nonce))
      return response.setHeader('content-type', 'text/html').end(documentWith(nonce))
    }
    const mail = mails.get(pathname)
    if (mail) {
      response.setHeader('content-security-policy', MAIL_POLICY)
      return response.setHeader('content-type', 'text/html').end(asHtml(mail))
    }
    const file = files.get(pathname)
    if (!file) return response.writeHead(404).end()
    response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'application/octet-stream').end(file)
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { temporaryFolder } from './temporary'

/** A certificate for this machine, or for others, and the authority that signed it. */
export function makeCertificate(names = 'IP:127.0.0.1,DNS:localhost'): {
  ca: string
  certificate: string
  key: string
} {
  const folder = temporaryFolder()
  const file = (name: string) => path.join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2']
  openssl(
    'req',
    '-x509',
    ...made,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-subj',
    '/CN=an authority',
  )
  openssl(
    'req',
    ...made.slice(0, 3),
    '-keyout',
    file('key.pem'),
    '-out',
    file('request.pem'),
    '-subj',
    '/CN=localhost',
  )
  writeFileSync(file('names'), `subjectAltName=${names}`)
  const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2']
  openssl(
    'x509',
    '-req',
    '-in',
    file('request.pem'),
    ...signed,
    '-extfile',
    file('names'),
    '-out',
    file('cert.pem'),
  )
  return { ca: file('ca.pem'), certificate: file('cert.pem'), key: file('key.pem') }
}

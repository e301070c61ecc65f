import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export type Delivered = { from: string; to: string[]; user: string | undefined; message: string }

export type Smtp = {
  url: string
  mails: Delivered[]
  refuseAll: (refuse: boolean) => void
  /** What every recipient is answered, as `451`; undefined: they are taken. */
  answer: (code: number | undefined) => void
  /** Runs once the message is taken, and before the sender is told. */
  onTaken: (run: ((mail: Delivered) => Promise<void> | void) | undefined) => void
  stop: () => Promise<void>
}

type Tls = { from: 'start' | 'STARTTLS'; certificate: string; key: string }

/**
 * A mail server on this machine that keeps what it is given. Its `url` has a user and a password.
 * @param tls from which moment on it encrypts, with files of a certificate and its key
 */
export async function startSmtp(at = 0, tls?: Tls): Promise<Smtp> {
  const mails: Delivered[] = []
  let code: number | undefined
  let taken: ((mail: Delivered) => Promise<void> | void) | undefined
  const server = new SMTPServer({
    authOptional: true,
    ...(tls
      ? { secure: tls.from === 'start', cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }
      : // Its certificate is nobody's, and nodemailer asks for a good one where encryption is offered.
        { disabledCommands: ['STARTTLS'] }),
    allowInsecureAuth: true,
    closeTimeout: 200,
    onAuth: ({ username, password }, { secure }, done) =>
      tls && !secure
        ? done(new Error('not encrypted'))
        : password === PASSWORD
          ? done(null, { user: username })
          : done(new Error('wrong password')),
    onRcptTo: (_address, _session, done) =>
      done(code === undefined ? null : Object.assign(new Error('not here'), { responseCode: code })),
    onData: (stream, { envelope, user }, done) => {
      void text(stream).then(async (message) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const mail = {
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          user: user as unknown as string | undefined,
          message,
        }
        mails.push(mail)
        await taken?.(mail)
        done()
      })
    },
  })
  server.on('error', () => {})
  const listener = server.listen(at, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  return {
    url: `${tls?.from === 'start' ? 'smtps' : 'smtp'}://mailer:${PASSWORD}@127.0.0.1:${port}`,
    mails,
    refuseAll: (refuse) => void (code = refuse ? 550 : undefined),
    answer: (said) => void (code = said),
    onTaken: (run) => void (taken = run),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

export const PASSWORD = 'smtp-secret'

import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export type Delivered = { from: string; to: string[]; user: string | undefined; message: string }

/** A mail server on this machine that keeps what it is given. Its `url` has a user and a password. */
export async function startSmtp(): Promise<{
  url: string
  mails: Delivered[]
  refuseAll: (refuse: boolean) => void
  stop: () => Promise<void>
}> {
  const mails: Delivered[] = []
  let refuse = false
  const server = new SMTPServer({
    authOptional: true,
    // Its certificate is nobody's, and nodemailer asks for a good one where encryption is offered.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === PASSWORD ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: (_address, _session, done) => done(refuse ? new Error('no such mailbox') : null),
    onData: (stream, { envelope, user }, done) => {
      void text(stream).then((message) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        mails.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          user: user as unknown as string | undefined,
          message,
        })
        done()
      })
    },
  })
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  return {
    url: `smtp://mailer:${PASSWORD}@127.0.0.1:${port}`,
    mails,
    refuseAll: (value) => (refuse = value),
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

export const PASSWORD = 'smtp-secret'

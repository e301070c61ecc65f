import '../../src/club-app'
import { sendMailsFromNowOn } from '../../src/lib/mail/run'
import { closeDb } from '../../src/lib/db/client'

// A process of its own that sends mails until it is told to end.
const stop = sendMailsFromNowOn()
// The sender keeps no process alive.
const alive = setInterval(() => {}, 1_000)
process.on('SIGTERM', () => {
  void stop().then(async () => {
    clearInterval(alive)
    await closeDb()
  })
})
process.stdout.write('ready\n')

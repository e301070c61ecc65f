import '@/club-app'
import { sendMailsFromNowOn } from '@/lib/mail/run'

// A process that sends mails until it is killed. Prints a line when it has begun.
sendMailsFromNowOn()
process.stdout.write('sending\n')
// The channel to whoever started it keeps it alive, and no longer than that one lives.
process.once('disconnect', () => process.exit())
// It may have gone while this one was still starting.
if (!process.connected) process.exit()

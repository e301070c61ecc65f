import '@/keys'
import { followChanges } from '@/lib/auth/follow-changes'
import { resolveBy } from '@/lib/webhooks/resolve'
import { sendWebhooks } from '@/lib/webhooks/work'

// A process that tells of events and delivers them, until it is killed. Prints a line when it has begun.
// Argument: the name server to ask.
const [nameServer] = process.argv.slice(2)
if (nameServer) resolveBy([nameServer])
followChanges()
sendWebhooks()
process.stdout.write('sending\n')
// The channel to whoever started it keeps it alive, and no longer than that one lives.
process.once('disconnect', () => process.exit())
// It may have gone while this one was still starting.
if (!process.connected) process.exit()

import '../../src/club-app'
import { closeDb } from '../../src/lib/db/client'
import { remind } from '../../src/lib/reminders/remind'

// A process of its own that reminds of what is due, several times over. Prints how many reminders it gave.
let told = 0
for (let round = 0; round < 3; round++) told += await remind()
await closeDb()
process.stdout.write(JSON.stringify({ told }))

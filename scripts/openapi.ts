import { writeFileSync } from 'node:fs'
import '@/club-app'
import { openApiDocument } from '@/http/openapi'
import { outliveOutputs } from './cli/outputs'

// The API document, without a server: `npm run -s openapi` prints it, with FILE it is written there. The setup
// makes the client's types of it.
outliveOutputs()
const [file] = process.argv.slice(2)
// What it says is the same wherever it is made.
for (const name of Object.keys(process.env)) delete process.env[name]
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`
if (file === undefined) process.stdout.write(text)
else writeFileSync(file, text)

import { text } from 'node:stream/consumers'
import { Validator } from '@seriousme/openapi-schema-validator'

// A process of its own, because the validator is an ES module and jest's are not. Document on stdin, verdict
// on stdout.
const verdict = await new Validator().validate(JSON.parse(await text(process.stdin)))
process.stdout.write(JSON.stringify(verdict))

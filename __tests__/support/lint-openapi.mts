import { text } from 'node:stream/consumers'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import core, { type RulesetDefinition } from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'

// A process of its own, because one of the two is an ES module and jest's are not. Document on stdin; on
// stdout, what each linter has to say of it.
const source = await text(process.stdin)

/** Every rule that its authors recommend. */
const redocly = await lintFromString({
  source,
  absoluteRef: 'openapi.json',
  config: await createConfig({ extends: ['recommended'], telemetry: 'off' }),
})

const spectral = new core.Spectral()
spectral.setRuleset({ extends: [[rulesets.oas as RulesetDefinition, 'recommended']] })
const found = await spectral.run(source)

process.stdout.write(
  JSON.stringify({
    redocly: redocly.map(({ ruleId, severity, message, location }) => [
      ruleId,
      severity,
      message,
      location[0]?.pointer,
    ]),
    spectral: found.map(({ code, severity, message, path }) => [code, severity, message, path.join('/')]),
  }),
)

import { OTHER_CHECKS, runChecks, TYPES } from './check/checks'

// `npm run check`: what can be known about the code without running it.

const [longest, ...rest] = OTHER_CHECKS
void runChecks(
  [...(longest ? [longest] : []), TYPES, ...rest],
  (text) => void process.stdout.write(text),
).then((checks) => {
  if (!checks.every(({ ok }) => ok)) process.exitCode = 1
})

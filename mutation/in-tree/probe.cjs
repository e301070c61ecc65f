const { writeFileSync } = require('node:fs')
const path = require('node:path')
const { setInterval } = require('node:timers')

// In every process that a test starts while coverage is recorded: records what it has reached so far,
// repeatedly, since a server may be killed at any moment.

const folder = process.env.MUTATION_COVERAGE_OF
if (folder) {
  let known = 0
  const write = () => {
    const reached = Object.keys(globalThis.__stryker__?.mutantCoverage?.static ?? {})
    if (reached.length === known) return
    known = reached.length
    try {
      writeFileSync(path.join(folder, `${process.pid}.json`), JSON.stringify(reached))
    } catch {
      // The run is over.
    }
  }
  setInterval(write, 500).unref()
  process.on('exit', write)
}

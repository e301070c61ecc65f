// The only script that the system's own Node runs: it installs what is missing, then hands over to the pinned
// Node. usage: node scripts/setup.mjs scripts/SCRIPT.ts [ARGUMENT...]

const OLDEST_NODE = 20

if (parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    'clubkeys needs Node.js ' + OLDEST_NODE + ' or newer to set itself up; this is ' + process.version + '.',
  )
  process.exit(1)
}

// Imported only now: an older Node would stumble over the syntax before it could say why.
import('./setup/prepare.mjs')
  .then(({ prepare }) => prepare())
  .then(() => import('./setup/hand-over.mjs'))
  .then(({ handOver }) => handOver(process.argv.slice(2)))
  .catch((error) => {
    console.error(error.message)
    process.exit(1)
  })

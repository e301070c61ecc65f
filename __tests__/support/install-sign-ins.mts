// Installs what fixtures/sign-ins uses, under the lock of whoever builds its app. A process of its own, because
// jest loads no ES modules.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { installApart } from '../../scripts/setup/install-apart.mjs'
import { locked } from '../../scripts/setup/lock.mjs'

const PACKAGES = path.resolve(import.meta.dirname, '../../fixtures/sign-ins')
const CACHE = path.join(PACKAGES, 'app/node_modules/.cache')

mkdirSync(CACHE, { recursive: true })
await locked(path.join(CACHE, 'building'), () => installApart(PACKAGES))

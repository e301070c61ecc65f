import { isBuildOutdated } from '../../scripts/start/build'
import { startTestServer } from './postgres'

/** Looked at once: a file that is saved while tests run must not fail those that come after. */
export default async function setUp(): Promise<void> {
  process.env.CLUBKEYS_TEST_BUILD_OUTDATED = isBuildOutdated() ? 'yes' : ''
  await startTestServer()
}

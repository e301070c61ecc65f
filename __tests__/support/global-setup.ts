import { startTestServer } from './postgres'

export default startTestServer
